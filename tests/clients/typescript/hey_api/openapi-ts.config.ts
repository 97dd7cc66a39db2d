import { defineConfig } from "@hey-api/openapi-ts";

export default defineConfig({
  input: "../description.json",
  output: { path: "client", module: { extension: ".js" } },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
  logs: { level: "warn" },
});
