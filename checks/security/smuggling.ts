import type { CheckContext, Measured } from '../harness/index.ts'
import { compareReadings, countTaken } from './same-reading.ts'
import { smugglingVectors } from './smuggling-vectors.ts'

/**
 * SEC-13, of its parts the division of bytes into requests: what the gateway takes for a request without node:http's parser, that parser takes for the
 * same one; and no bytes that two readers could divide in two ways are taken so at all. How slow clients are ended is held by unit tests.
 */
export async function smuggling(context: CheckContext): Promise<Measured> {
  const { n, seed } = context
  const { taken, left, again, found } = await compareReadings({ n, seed })
  for (const bytes of found) context.fail(`node:http reads another request in ${bytes}`)
  context.expect(taken * 5 > n && left * 5 > n, `blind: of ${n} cases ${taken} were taken and ${left} left`)
  context.expect(again * 5 > n, `blind: of ${n} cases ${again} were read by the head before them`)
  const vectors = smugglingVectors()
  context.expect(vectors.length >= 400, `only ${vectors.length} vectors`)
  const vectorsTaken = countTaken(vectors.map(({ bytes }) => bytes))
  context.expect(vectorsTaken === 0, `${vectorsTaken} vectors of request smuggling were taken`)
  return { n, measured: { taken, left, again, vectors: vectors.length, vectorsTaken } }
}
