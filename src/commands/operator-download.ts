import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { request } from 'undici'
import { FailureError, failure } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import type { CommandContext } from './command.ts'
import { operatorPlace, refusalOf, refuseMissing } from './operator-client.ts'

/** Reads a file of the operator API: the path after /operator/v1, and its bytes. */
export type Download = (context: CommandContext, path: string) => Promise<Readable>

/** A download from the running server. Fails with server_not_running, server_answer_missing, operator_token_unreadable, and as the server says. */
export const downloadFromOperator: Download = async (context, path) => {
  const { address, token } = await operatorPlace(context)
  const options = { headers: { authorization: `Bearer ${token}` }, headersTimeout: 60_000, bodyTimeout: 60_000 }
  const answer = await request(`${address}/operator/v1${path}`, options).catch(refuseMissing(address))
  if (answer.statusCode >= 400) throw refusalOf({ status: answer.statusCode, text: await answer.body.text() })
  return answer.body
}

/** Writes a download into a new file for its owner's eyes alone; half a file is removed. Returns its bytes. Fails with file_unwritable, download_broken. */
export async function writeDownload(bytes: Readable, path: string): Promise<number> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
  let [isOurs, isBroken] = [false, false]
  file.once('open', () => {
    isOurs = true
  })
  // Whichever of both fails takes the other with it.
  bytes.once('error', () => {
    isBroken = file.errored === null
  })
  try {
    await pipeline(bytes, file)
    return file.bytesWritten
  } catch (thrown) {
    bytes.destroy()
    if (isOurs) await rm(path, { force: true })
    const problem = errorCode(thrown)
    throw new FailureError(isBroken ? failure('download_broken', { problem }) : failure('file_unwritable', { path, problem }), thrown)
  }
}
