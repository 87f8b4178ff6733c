import inspector from 'node:inspector'

type Script = { readonly scriptId: string; readonly url: string; readonly functions: readonly inspector.Profiler.FunctionCoverage[] }

/**
 * Which of Farebox's source has been run, as V8 counts its blocks: what a branch leads to is a block. Source: https://v8.dev/blog/javascript-code-coverage (2017-12).
 */
export class Branches {
  readonly #session = new inspector.Session()
  readonly #sources: readonly string[]
  /** By script, a byte for each character that was run. */
  readonly #run = new Map<string, Uint8Array<ArrayBuffer>>()

  /** `sources`: the beginnings of the addresses of scripts that count. */
  constructor(sources: readonly string[]) {
    this.#sources = sources
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Characters of source in blocks that were run so far. */
  get characters(): number {
    let sum = 0
    for (const run of this.#run.values()) for (const one of run) sum += one
    return sum
  }

  /** Whether what has run since the last call led where nothing did before. With `isNoted` it then counts as led to. */
  look(isNoted: boolean): boolean {
    let isNew = false
    for (const script of this.#taken()) {
      const known = this.#run.get(script.url)
      const now = painted(script.functions)
      if (known === undefined || now.some((one, at) => one === 1 && known[at] !== 1)) isNew = true
      if (isNoted) this.#note(script, now)
    }
    return isNew
  }

  stop(): void {
    this.#session.post('Profiler.stopPreciseCoverage')
    this.#session.disconnect()
  }

  #taken(): readonly Script[] {
    let found: readonly Script[] = []
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error === null) found = taken.result.filter(({ url }) => this.#sources.some((source) => url.startsWith(source)))
    })
    return found
  }

  #note({ url }: Script, now: Uint8Array<ArrayBuffer>): void {
    const known = this.#run.get(url) ?? new Uint8Array(now.length)
    const all = known.length < now.length ? new Uint8Array(now.length) : known
    if (all !== known) all.set(known)
    for (let at = 0; at < now.length; at += 1) if (now[at] === 1) all[at] = 1
    this.#run.set(url, all)
  }
}

/** The characters of a script that were run: functions come after those around them, and blocks after those around them. */
function painted(functions: Script['functions']): Uint8Array<ArrayBuffer> {
  const length = functions.reduce((most, { ranges }) => Math.max(most, ranges[0]?.endOffset ?? 0), 0)
  const run = new Uint8Array(length)
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges) run.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  return run
}
