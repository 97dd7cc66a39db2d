// What a journey is told on its command line, and what it tells.
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

function argument(position: number): string {
  const given = process.argv[position];
  if (given === undefined) throw new Error(`argument ${position} is missing`);
  return given;
}

export const siteUrl = argument(2);
export const phoneNumber = argument(3);
const logPath = argument(4);
const picturePath = argument(5);

/** The code that test mode wrote to the log. */
export async function lastCode(): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const found = [...readFileSync(logPath, "utf8").matchAll(/OTP for (\S+): (\d+)/g)];
    const code = found.findLast((match) => match[1] === phoneNumber)?.[2];
    if (code !== undefined) return code;
    await setTimeout(50);
  }
  throw new Error("no code in the log");
}

export function wrongCodeFor(code: string): string {
  return code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
}

export function picture(): File {
  return new File([readFileSync(picturePath)], "me.jpg", { type: "image/jpeg" });
}

export function tell(step: string, response: Response | undefined, word: unknown = ""): void {
  console.log(`${step}: ${response?.status} ${word}`.trimEnd());
}

/** What is there; the journey ends where something is not. */
export function present<Value>(value: Value | null | undefined, name: string): Value {
  if (value === null || value === undefined) throw new Error(`${name} is missing`);
  return value;
}
