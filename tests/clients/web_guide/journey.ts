// The code of docs/apps/web.md at work: from the first code to the end of the session.
import { lastCode, phoneNumber, picture, siteUrl, wrongCodeFor } from "./world.ts";
import { afterFailure } from "./code-field.ts";
import { Loopin, LoopinError, NoAnswer } from "./loopin.ts";
import { completeProfile, upload } from "./profile.ts";
import { askForCode, logOut, typeCode } from "./sign-in.ts";

const PROFILE = "/api/auth/profile";
const REFRESH = "/api/auth/refresh";

const asked: string[] = [];
let signOuts = 0;
let expired: string | null = null;
let lostAnswers = 0;
const real = fetch;

// Says of one token that it has expired, and loses answers, as networks do.
globalThis.fetch = async (address, init = {}) => {
  const path = new URL(String(address)).pathname;
  asked.push(path);
  const sent = new Headers(init.headers).get("Authorization");
  if (expired !== null && sent === expired) {
    return Response.json({ code: "token_expired", message: "" }, { status: 401 });
  }
  const answer = await real(address, init);
  if (path === REFRESH && lostAnswers-- > 0) throw new TypeError("the answer was lost");
  if (path !== REFRESH && sent !== null) lastToken = sent;
  return answer;
};
let lastToken = "";

async function failureOf(work: Promise<unknown>): Promise<LoopinError | NoAnswer> {
  try {
    await work;
  } catch (error) {
    if (error instanceof LoopinError || error instanceof NoAnswer) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const failure = await failureOf(work);
  return failure instanceof LoopinError ? failure.code : "no answer";
}

const api = new Loopin(siteUrl, () => signOuts++);
const sent = await askForCode(api, phoneNumber, true);
console.log("ask:", sent.phone_number, sent.otp_length);

const code = await lastCode();
const wrong = await failureOf(typeCode(api, phoneNumber, wrongCodeFor(code)));
if (!(wrong instanceof LoopinError)) throw wrong;
console.log("wrong code:", wrong.code, afterFailure(wrong).offersNewCode, wrong.requestId !== null);
console.log("verify:", await typeCode(api, phoneNumber, code));

const profile = { name: "A", birth_date: "1998-04-23", gender: "female" as const, event_interests: [1] };
const broken = await failureOf(completeProfile(api, profile));
console.log("broken:", broken instanceof LoopinError && broken.errors.map((one) => one.field).join());
const added = await upload(api, [picture()], "0b0f7c4e-8a36-4a8e-9f3c-2b7d1c5a9e60");
const again = await upload(api, [picture()], "0b0f7c4e-8a36-4a8e-9f3c-2b7d1c5a9e60");
console.log("upload:", added.pictures.length, added.pictures[0]?.id === again.pictures[0]?.id);
await completeProfile(api, { ...profile, name: "Asha Rao" });

const readProfile = () => api.call("GET", PROFILE);
await readProfile();
expired = lastToken;
asked.length = 0;
const names = (await Promise.all(Array.from({ length: 5 }, readProfile))).map((one) => one.name);
console.log("five at once:", new Set(names).size, asked.filter((path) => path === REFRESH).length);

await readProfile();
expired = lastToken;
lostAnswers = 1;
console.log("a lost answer:", (await readProfile()).name, signOuts);

await readProfile();
expired = lastToken;
lostAnswers = 2;
console.log("no network:", await codeOf(readProfile()), signOuts);
console.log("and back:", (await readProfile()).name, signOuts);

await logOut(api);
console.log("log out:", signOuts, await codeOf(readProfile()));
