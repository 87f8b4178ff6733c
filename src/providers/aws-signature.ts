import { createHash, createHmac } from 'node:crypto'

/** A POST that is to be signed. `path` as it is sent, `now` in milliseconds since 1970; header names in small letters. */
export type AwsRequest = {
  readonly host: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly now: number
}

/** Who signs, and for what. */
export type AwsSigner = { readonly accessKeyId: string; readonly secretKey: string; readonly region: string; readonly service: string }

/**
 * The headers by which AWS knows who makes a request: Signature Version 4, over the path, the given headers, the host and the body.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (2026-11-26).
 */
export function signForAws(request: AwsRequest, signer: AwsSigner): Readonly<Record<string, string>> {
  const stamp = new Date(request.now).toISOString().replace(/[:-]|\.\d{3}/g, '')
  const scope = `${stamp.slice(0, 8)}/${signer.region}/${signer.service}/aws4_request`
  const signed: Readonly<Record<string, string>> = { ...request.headers, host: request.host, 'x-amz-date': stamp }
  const names = Object.keys(signed).sort()
  const canonical = [
    'POST',
    ...canonicalTarget(request.path),
    ...names.map((name) => `${name}:${(signed[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    sha256(request.body),
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(Buffer.from(canonical))].join('\n')
  const signature = hmac(keyOf(signer, stamp.slice(0, 8)), text).toString('hex')
  const credential = `${signer.accessKeyId}/${scope}`
  return {
    'x-amz-date': stamp,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

/** Path and query as they are signed: the path encoded once more, the query's parameters in order. */
function canonicalTarget(target: string): readonly [path: string, query: string] {
  const [path = '/', query = ''] = target.split('?', 2)
  const encoded = path.split('/').map(encode).join('/')
  return [encoded, query.split('&').sort().join('&')]
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

function keyOf({ secretKey, region, service }: AwsSigner, day: string): Buffer {
  return [region, service, 'aws4_request'].reduce((key, part) => hmac(key, part), hmac(Buffer.from(`AWS4${secretKey}`), day))
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
