// Verifies messages as a receiver written in JavaScript does, each at the time at which it came; prints how many hold.
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { mock } from "node:test";
import { Webhook } from "standardwebhooks";
const { secret, publicKey, messages } = JSON.parse(readFileSync(0, "utf8"));
const raw = Buffer.from(publicKey.slice("whpk_".length), "base64").toString("base64url");
const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: raw }, format: "jwk" });
mock.timers.enable({ apis: ["Date"] });
for (const { at, headers, body } of messages) {
  mock.timers.setTime(at * 1000);
  new Webhook(secret).verify(body, headers);
  const signed = Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
  const found = headers["webhook-signature"].split(" ").filter((one) => one.startsWith("v1a,"));
  if (!found.some((one) => verify(null, signed, key, Buffer.from(one.slice(4), "base64")))) throw new Error("v1a");
}
console.log(messages.length);
