// Makes the types of openapi-typescript from the description: `node generate.ts DESCRIPTION OUTPUT`.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [, , description, output] = process.argv;
if (description === undefined || output === undefined) throw new Error("DESCRIPTION OUTPUT");

const BLOB = ts.factory.createTypeReferenceNode("Blob");

// A file is a Blob, and a field that has a default may be left out of a request.
const tree = await openapiTS(JSON.parse(readFileSync(description, "utf8")), {
  defaultNonNullable: false,
  transform: (schema) => (schema.format === "binary" ? BLOB : undefined),
});
writeFileSync(output, astToString(tree));
