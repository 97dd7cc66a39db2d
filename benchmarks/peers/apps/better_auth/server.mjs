// better-auth with its phone number and bearer plugins, over Node's http, in a cluster of two.
// `node server.mjs migrate` makes its tables.
import cluster from "node:cluster";
import fs from "node:fs";
import http from "node:http";

import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { bearer, phoneNumber } from "better-auth/plugins";
import pg from "pg";

const isMigrating = process.argv[2] === "migrate";
const PORT = Number(process.env.PORT);
const WORKERS = 2;
const CONNECTIONS_OF_A_WORKER = 8;
const INTERESTS = "SELECT id, name, description FROM interest WHERE is_active ORDER BY name";

// Its limiter counts each address and path, as it does in production; the load reaches no limit.
const NOT_REACHED = { window: 60, max: 1_000_000_000 };

const pool = new pg.Pool({ max: CONNECTIONS_OF_A_WORKER }); // PGHOST, PGUSER and PGDATABASE
const codes = fs.openSync(process.env.CODES, "a");

const auth = betterAuth({
  database: pool,
  secret: "x".repeat(48),
  baseURL: `http://127.0.0.1:${PORT}`,
  rateLimit: {
    enabled: true,
    ...NOT_REACHED,
    customRules: { "/phone-number/*": NOT_REACHED, "/get-session": NOT_REACHED },
  },
  telemetry: { enabled: false },
  logger: { level: "error", disabled: isMigrating }, // it would miss the tables
  plugins: [
    bearer(),
    phoneNumber({
      sendOTP: ({ phoneNumber, code }) => fs.writeSync(codes, `${phoneNumber} ${code}\n`),
      signUpOnVerification: {
        getTempEmail: (number) => `${number.slice(1)}@example.invalid`,
        getTempName: (number) => number,
      },
    }),
  ],
});

function answer(response, content) {
  const body = JSON.stringify(content);
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

async function migrate() {
  const migrations = await getMigrations(auth.options);
  await migrations.runMigrations();
  await pool.query(
    "CREATE TABLE interest (id serial PRIMARY KEY, name text UNIQUE, description text," +
      " is_active boolean DEFAULT true)",
  );
  await pool.end();
}

function serve() {
  const authenticate = toNodeHandler(auth);
  const server = http.createServer(async (request, response) => {
    if (request.url.startsWith("/api/auth/")) {
      return authenticate(request, response);
    }
    if (request.url === "/api/hello") {
      return answer(response, { message: "hello" });
    }
    const { rows } = await pool.query(INTERESTS);
    return answer(response, { success: true, data: rows });
  });
  server.listen(PORT, "127.0.0.1");
}

if (isMigrating) {
  await migrate();
} else if (cluster.isPrimary) {
  for (let worker = 0; worker < WORKERS; worker += 1) {
    cluster.fork();
  }
  cluster.on("exit", () => process.exit(1));
} else {
  serve();
}
