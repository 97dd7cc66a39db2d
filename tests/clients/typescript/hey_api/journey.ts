// From the first code to the end of the session, with the client that @hey-api/openapi-ts makes.
import { lastCode, phoneNumber, picture, present, siteUrl, tell, wrongCodeFor } from "../world.js";
import { client } from "./client/client.gen.js";
import {
  completeProfile,
  listSessions,
  logout,
  readProfile,
  refresh,
  signup,
  uploadPictures,
  verifyOtp,
} from "./client/index.js";

let token: string | undefined;
client.setConfig({ baseUrl: siteUrl, auth: () => token });

const asked = await signup({ body: { phone_number: phoneNumber } });
const { otp_length } = present(asked.data, "the answer").data;
tell("ask", asked.response, otp_length);

const code = await lastCode();
const refused = await verifyOtp({
  body: { phone_number: phoneNumber, otp_code: wrongCodeFor(code) },
});
const failure = present(refused.error, "the failure");
// @ts-expect-error: the codes of this operation are known, and this is none of them.
if (failure.code === "no_code") throw new Error(failure.message);
if (failure.code !== "otp_invalid") throw new Error(failure.message);
tell("wrong code", refused.response, failure.code);

const verified = await verifyOtp({ body: { phone_number: phoneNumber, otp_code: code } });
const signedIn = present(verified.data, "the session");
token = signedIn.token;
tell("verify", verified.response, String(signedIn.data.needs_profile_completion));

const uploaded = await uploadPictures({ body: { files: [picture()] } });
const [uploadedPicture] = present(uploaded.data, "the pictures").data.pictures;
tell("upload", uploaded.response, present(uploadedPicture, "the picture").width);

const completed = await completeProfile({
  body: {
    name: "Asha Rao",
    birth_date: "1998-04-23",
    gender: "female",
    event_interests: [1, 3],
    profile_pictures: [present(uploadedPicture, "the picture").url],
  },
});
tell("profile", completed.response, present(completed.data, "the profile").data.name);

const refreshed = await refresh({ body: { refresh_token: signedIn.data.refresh_token } });
token = present(refreshed.data, "the token").token;
tell("refresh", refreshed.response);

const sessions = await listSessions();
const current = present(sessions.data, "the sessions").data.filter((one) => one.is_current);
tell("sessions", sessions.response, current.length);

const left = await logout();
tell("log out", left.response);

const over = await readProfile();
tell("profile", over.response, present(over.error, "the failure").code);
