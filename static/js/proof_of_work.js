// Solves the challenge of a page that asks for a proof of work, off the page's own thread. The page loads
// this worker only when it has a challenge (accounts/codes/proof_of_work.py).
"use strict";

// Browsers derive keys on several threads.
const AT_ONCE = 4;

const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// The key of one counter, as PBKDF2 makes it of the nonce with the counter behind it.
async function deriveKey({ nonce, salt, cost, keyLength }, counter) {
  const start = fromHex(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  new DataView(password.buffer).setUint32(start.length, counter);
  const secret = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const pbkdf2 = { name: "PBKDF2", hash: "SHA-256", salt: fromHex(salt), iterations: cost };
  const derivedKey = toHex(new Uint8Array(await crypto.subtle.deriveBits(pbkdf2, secret, keyLength * 8)));
  return { counter, derivedKey };
}

async function solve({ parameters }) {
  for (let first = 0; ; first += AT_ONCE) {
    const counters = Array.from({ length: AT_ONCE }, (_, i) => first + i);
    const keys = await Promise.all(counters.map((counter) => deriveKey(parameters, counter)));
    const found = keys.find(({ derivedKey }) => derivedKey.startsWith(parameters.keyPrefix));
    if (found) return found;
  }
}

onmessage = async ({ data: challenge }) => {
  const solution = await solve(challenge);
  postMessage(btoa(JSON.stringify({ challenge, solution })));
};
