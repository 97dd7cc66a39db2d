// Makes a picture ready to be sent: upright, and at most so many pixels on its longer side. What a
// browser cannot read goes to the server as it is.
"use strict";

{
  const { make } = gallery;

  const QUALITY = 0.85;
  // So many bytes at the beginning of a JPEG may be its notes.
  const NOTES = 128 * 1024;

  async function draw(bitmap, width, height) {
    const canvas = window.OffscreenCanvas
      ? new OffscreenCanvas(width, height)
      : make("canvas", { width, height });
    const context = canvas.getContext("2d", { alpha: false });
    context.fillStyle = "white";
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, width, height);
    // A browser that cannot write WebP makes a PNG.
    const webp = await write(canvas, "image/webp");
    return webp?.type === "image/webp" ? webp : write(canvas, "image/jpeg");
  }

  function write(canvas, type) {
    if (canvas.convertToBlob) return canvas.convertToBlob({ type, quality: QUALITY });
    return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
  }

  // Whether a JPEG is whole. Its end is FF D9, which a small picture among its notes has too.
  function hasEnd(bytes) {
    for (let place = bytes.length - 2; place >= Math.min(bytes.length - 2, NOTES); place -= 1) {
      if (bytes[place] === 0xff && bytes[place + 1] === 0xd9) return true;
    }
    return false;
  }

  // The picture scaled down; the file itself if it is small, or if this browser cannot read it. Of a
  // JPEG without an end some browsers draw what there is, and only the server tells how much that is.
  async function scale(file, content, { kinds, longest }) {
    const whole = new Blob([content], { type: file.type });
    if (!kinds.split(",").includes(file.type)) return whole;
    if (file.type === "image/jpeg" && !hasEnd(new Uint8Array(content))) return whole;
    let bitmap;
    try {
      bitmap = await createImageBitmap(whole, { imageOrientation: "from-image" });
      const by = Number(longest) / Math.max(bitmap.width, bitmap.height);
      if (by >= 1) return whole;
      const scaled = await draw(bitmap, Math.round(bitmap.width * by), Math.round(bitmap.height * by));
      return scaled && scaled.size < whole.size ? scaled : whole;
    } catch {
      return whole;
    } finally {
      bitmap?.close();
    }
  }

  // The file is read once and kept, because a phone may take it away while the network is gone.
  gallery.prepareUpload = async (file, limits) => {
    const content = await file.arrayBuffer();
    const digest = await crypto.subtle?.digest("SHA-256", content);
    const hex = digest && [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0"));
    const picture = await scale(file, content, limits);
    return { picture, hash: hex?.join("") };
  };
}
