import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { NOBODYS_NAME } from './stand-in.ts'

const DAY_MS = 86_400_000

/** How many days the certificate of a file has left, less than 0 once it ended; 0 where there is none that holds for a name of anybody. */
export function certificateDays(path: string, now: number): number {
  try {
    const certificate = new X509Certificate(readFileSync(path))
    // What stands in for one that is not there yet has signed itself for a name that is nobody's.
    return certificate.subject === `CN=${NOBODYS_NAME}` ? 0 : (Date.parse(certificate.validTo) - now) / DAY_MS
  } catch {
    // Not there, or not in PEM.
    return 0
  }
}
