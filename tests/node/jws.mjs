// One token signed or verified by jose from npm: a job as JSON on stdin, the answer as JSON on
// stdout. {"do":"sign","alg","key","claims"} → {"token"};
// {"do":"verify","alg","key","token"} → {"header","claims"} or {"refused": code};
// {"do":"decrypt","alg","jwe","passphrase"} → {"header","text"} or {"refused": code}.
// A key is PEM, or for HS* the secret's text.
import { readFileSync } from "node:fs";
import * as jose from "jose";

const job = JSON.parse(readFileSync(0, "utf8"));

const read = (pem) => (pem.includes("PRIVATE") ? jose.importPKCS8 : jose.importSPKI);
const key = async () =>
  job.alg.startsWith("HS") ? new TextEncoder().encode(job.key) : read(job.key)(job.key, job.alg);

const jobs = {
  async sign() {
    const signer = new jose.SignJWT(job.claims).setProtectedHeader({ alg: job.alg });
    return { token: await signer.sign(await key()) };
  },
  async verify() {
    try {
      const options = { algorithms: [job.alg] };
      const { payload, protectedHeader } = await jose.jwtVerify(job.token, await key(), options);
      return { header: protectedHeader, claims: payload };
    } catch (error) {
      return { refused: error.code };
    }
  },
  async decrypt() {
    const passphrase = new TextEncoder().encode(job.passphrase);
    try {
      const options = { keyManagementAlgorithms: [job.alg], maxPBES2Count: 10_000_000 };
      const { plaintext, protectedHeader } = await jose.compactDecrypt(job.jwe, passphrase, options);
      return { header: protectedHeader, text: new TextDecoder().decode(plaintext) };
    } catch (error) {
      return { refused: error.code };
    }
  },
};

console.log(JSON.stringify(await jobs[job.do]()));
