import { AcmeError, acmeFilesOf, ensurePair, keepCertificate } from '../acme/index.ts'
import type { Config } from '../config.ts'
import { errorCode, type Log, systemClock, systemRandom } from '../lib/index.ts'
import { type RunningJobs, repeat, together } from './repeat.ts'

const LOOK_MS = 5_000

/**
 * Has gateways find a certificate where they look for it, if only one that stands in; `keep` obtains the true one and renews it, which gateways
 * see by themselves. By this machine's own clock, which is the one that certificates are checked by.
 */
export async function openCertificate({ acme }: Pick<Config, 'acme'>, log: Log): Promise<{ readonly keep: () => RunningJobs }> {
  if (acme === undefined) return { keep: () => together([]) }
  const files = acmeFilesOf(acme.pemPath)
  if (await ensurePair(files, systemClock.now())) log({ event: 'certificate-awaited', items: acme.domains.length })
  const keep = (): RunningJobs => {
    const stopping = new AbortController()
    const parts = { settings: acme, files, clock: systemClock, random: systemRandom, log, signal: stopping.signal }
    const jobs = repeat(() => keepCertificate(parts), {
      name: 'acme.keep-certificate',
      waitMs: LOOK_MS,
      onFailed: (thrown) => {
        // What the authority is the reason of was logged when it happened, once.
        if (thrown instanceof AcmeError || stopping.signal.aborted) return
        log({ event: 'certificate-unkept', code: errorCode(thrown) })
      },
    })
    const stop = async (): Promise<void> => {
      stopping.abort()
      await jobs.stop()
    }
    return { ...jobs, stop }
  }
  return { keep }
}
