/**
 * Receives webhooks: verifies each, keeps it once, answers at once, and works afterwards.
 * It needs Node 24 and no package:
 *
 *   WEBHOOK_SECRET=whsec_... PORT=8080 INBOX=inbox.sqlite3 node receiver.ts
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";

interface Message {
  type: string;
  timestamp: string;
  version: number;
  data: Record<string, unknown>;
}

const MAX_BYTES = 64 * 1024;
const TOLERANCE_SECONDS = 5 * 60;
const key = Buffer.from((process.env.WEBHOOK_SECRET ?? "").replace(/^whsec_/, ""), "base64");
if (key.length === 0) throw new Error("Set WEBHOOK_SECRET.");

const inbox = new DatabaseSync(process.env.INBOX ?? "inbox.sqlite3");
inbox.exec("CREATE TABLE IF NOT EXISTS message (id TEXT PRIMARY KEY, body BLOB)");
const insert = inbox.prepare("INSERT INTO message VALUES (?, ?) ON CONFLICT DO NOTHING");

/** Why a message is not genuine, or null. `body`: the bytes as they came, before they are parsed. */
function problem(headers: IncomingHttpHeaders, body: Buffer): string | null {
  const [id, time, signatures] = ["id", "timestamp", "signature"].map((n) => headers[`webhook-${n}`]);
  if (typeof id !== "string" || typeof time !== "string" || typeof signatures !== "string") {
    return "Missing required headers";
  }
  const age = Math.abs(Date.now() / 1000 - Number(time));
  if (!(age <= TOLERANCE_SECONDS)) return "Message timestamp too old or too new";
  const right = createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest();
  const isRight = signatures.split(" ").some((signature) => {
    const [version, value] = signature.split(",");
    const given = Buffer.from(value ?? "", "base64");
    return version === "v1" && given.length === right.length && timingSafeEqual(given, right);
  });
  return isRight ? null : "No matching signature found";
}

async function read(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    if (length > MAX_BYTES) return null;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

/** Do what a message asks for. This is where your code goes. */
function work(message: Message): void {
  if (message.version === 1) console.log(message.type, JSON.stringify(message.data));
}

/** The status that a request is answered with. */
async function receive(request: IncomingMessage): Promise<number> {
  const body = await read(request);
  if (body === null) return 413;
  const id = String(request.headers["webhook-id"] ?? "");
  const found = problem(request.headers, body);
  if (found !== null) {
    console.log("refused", id, found);
    return 401;
  }
  if (insert.run(id, body).changes === 0) {
    console.log("repeated", id);
  } else {
    setImmediate(() => work(JSON.parse(body.toString("utf8")) as Message));
  }
  return 204;
}

const server = createServer((request, response) => {
  receive(request).then(
    (status) => response.writeHead(status).end(),
    () => response.destroy(),
  );
});
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
  console.log("listening", (server.address() as AddressInfo).port);
});
