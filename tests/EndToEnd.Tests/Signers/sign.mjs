// Signs one call, which comes as JSON on stdin, with the signer that the first argument names, and prints it as JSON.
import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsV4Signer } from "aws4fetch";
import { readFileSync } from "node:fs";

const call = JSON.parse(readFileSync(0, "utf8"));
const { id, secret, region, service } = call;
const url = new URL(call.url);

const smithy = new SignatureV4({
  credentials: { accessKeyId: id, secretAccessKey: secret }, region, service, sha256: Sha256,
});
const request = () => new HttpRequest({
  method: call.method, protocol: url.protocol, hostname: url.hostname, port: Number(url.port), path: url.pathname,
  query: Object.fromEntries(url.searchParams), headers: { host: url.host, ...call.headers }, body: call.body,
});
const print = (address, headers) => console.log(JSON.stringify({ url: address, headers: { ...headers } }));
const addressOf = ({ path, query }) => {
  const text = Object.entries(query ?? {}).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return `${url.origin}${path}${text ? `?${text}` : ""}`;
};
const fetchSigner = async (signQuery) => {
  if (signQuery) url.searchParams.set("X-Amz-Expires", "300"); // it leaves that to its caller
  const signed = await new AwsV4Signer({
    method: call.method, url: url.toString(), headers: call.headers, body: call.body,
    accessKeyId: id, secretAccessKey: secret, region, service, signQuery,
  }).sign();
  print(signed.url.toString(), Object.fromEntries(signed.headers));
};

switch (process.argv[2]) {
  case "smithy": {
    const signed = await smithy.sign(request());
    print(addressOf(signed), signed.headers);
    break;
  }
  case "smithy-presigned": {
    const signed = await smithy.presign(request(), { expiresIn: 300 });
    print(addressOf(signed), signed.headers);
    break;
  }
  case "aws4fetch":
    await fetchSigner(false);
    break;
  case "aws4fetch-presigned":
    await fetchSigner(true);
    break;
  default:
    throw new Error(`unknown signer ${process.argv[2]}`);
}
