import { errorCode, type Log } from '../lib/index.ts'
import type { PolicyDesk } from '../privacy/index.ts'
import { LatestRun } from './latest-run.ts'

/** What the announcer works with; `onAnnounced` is told of each version, as then the catalogue is another. */
export type Announcing = {
  readonly policy: Pick<PolicyDesk, 'publish'>
  readonly log: Log
  readonly onAnnounced: () => void
}

const AGAIN_MS = 1_000

/** Announces what is new of the catalogue beside its publishing, which waits for nobody: what no version lists is held until one does. */
export class ChangeAnnouncer {
  readonly #announcing: Announcing
  readonly #runs = new LatestRun(() => this.announce())
  #timer: NodeJS.Timeout | undefined

  constructor(announcing: Announcing) {
    this.#announcing = announcing
  }

  /** Publishes a version of the policy where there is something new; what could not be published is tried again soon. */
  async announce(): Promise<void> {
    const { policy, log, onAnnounced } = this.#announcing
    try {
      const version = await policy.publish()
      if (version === undefined) return
      log({ event: 'policy-published', items: version.number })
      onAnnounced()
    } catch (thrown) {
      log({ event: 'policy-unkept', code: errorCode(thrown) })
      this.#timer = setTimeout(() => this.look(), AGAIN_MS).unref()
    }
  }

  /** Something may be new. */
  look(): void {
    this.#runs.ask()
  }

  /** Ends; nothing is announced any more. */
  close(): void {
    this.#runs.close()
    clearTimeout(this.#timer)
  }
}
