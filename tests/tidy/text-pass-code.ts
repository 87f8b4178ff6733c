// What src/protocols/text-pass.ts holds: the bytes of text-pass.wat, as they have to be at hand in a gateway that reads no files but its code.
import { readFileSync } from 'node:fs'
import makeWabt from 'wabt'

/** The file that is made, and what it is made of. */
export const TEXT_PASS = 'src/protocols/text-pass.ts'
const SOURCE = 'src/protocols/text-pass.wat'

/** Its text. */
export async function textPassCode(): Promise<string> {
  const wabt = await makeWabt()
  const parsed = wabt.parseWat(SOURCE, readFileSync(SOURCE, 'utf8'), { simd: true })
  try {
    const { buffer } = parsed.toBinary({})
    return `/** The routine of text-pass.wat, compiled, in base64. Made by: node tests/tidy/write-text-pass-code.ts */
export const TEXT_PASS =
  '${Buffer.from(buffer).toString('base64')}'
`
  } finally {
    parsed.destroy()
  }
}
