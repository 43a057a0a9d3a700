// Verifies a signed message as a receiver written in JavaScript does; prints whether v1a holds too.
import { createPublicKey, verify } from "node:crypto";
import { Webhook } from "standardwebhooks";
const { secret, publicKey, headers, body } = JSON.parse(process.argv[2]);
new Webhook(secret).verify(body, headers);
const raw = Buffer.from(publicKey.slice("whpk_".length), "base64").toString("base64url");
const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: raw }, format: "jwk" });
const signed = Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
const found = headers["webhook-signature"].split(" ").filter((one) => one.startsWith("v1a,"));
console.log(found.some((one) => verify(null, signed, key, Buffer.from(one.slice(4), "base64"))));
