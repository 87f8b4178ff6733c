import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { ByteSearch, type Hit, type Pattern } from './byte-search.ts'
import { unpackMembers } from './packed-members.ts'

/** A canary that was found where it must not be, or where it must. */
export type Found = { readonly place: string; readonly canary: string; readonly form: string }

const PIECE_BYTES = 4 * 1024 * 1024
const FOUND_MAX = 10_000

/** Looks for canaries in texts, files, folders and processes, and remembers where they were; each place, canary and form once. */
export class PlaceSearch {
  readonly #search: ByteSearch
  readonly #found = new Map<string, Found>()
  readonly #buffer = Buffer.alloc(PIECE_BYTES)
  #bytes = 0

  /** How many patterns are looked for. */
  readonly patternCount: number

  constructor(patterns: readonly Pattern[]) {
    this.#search = new ByteSearch(patterns)
    this.patternCount = patterns.length
  }

  get found(): readonly Found[] {
    return [...this.#found.values()]
  }

  /** Bytes that were looked at, unpacked ones included. */
  get bytesSearched(): number {
    return this.#bytes
  }

  text(place: string, text: string | Buffer): void {
    this.#piece(place, typeof text === 'string' ? Buffer.from(text) : text)
  }

  /** A file's name and all its bytes, found at `place`; one that is gone or may not be read is told by the answer false. */
  file(path: string, place = path): boolean {
    this.text(`name of ${place}`, path)
    const file = openOrNothing(path)
    if (file === undefined) return false
    try {
      this.#pieces(place, file)
      return true
    } catch (thrown) {
      // Files of /proc and of a server that writes on come and go; what is left of them is read.
      if (isGone(thrown)) return false
      throw thrown
    } finally {
      closeSync(file)
    }
  }

  /** Every file below a folder that `isWanted`. */
  folder(path: string, isWanted: (path: string, stats: Stats) => boolean = () => true): void {
    for (const entry of entriesOf(path)) {
      const below = join(path, entry)
      const stats = lstatSync(below, { throwIfNoEntry: false })
      if (stats === undefined || !isWanted(below, stats)) continue
      if (stats.isDirectory()) this.folder(below, isWanted)
      else if (stats.isFile()) this.file(below)
      else this.text(`name of ${below}`, below)
    }
  }

  /** What everyone can see of a process: its command line, its title, its environment, the names of its open files, and what is in them. */
  process(pid: number): void {
    for (const name of ['cmdline', 'comm', 'environ', 'maps']) this.file(`/proc/${pid}/${name}`)
    for (const name of entriesOf(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${name}`
      // A file that was removed is read all the same while it is open.
      const link = linkOrNothing(path)
      if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) this.file(path, `${path} (${link})`)
      this.text(`name of ${path}`, link)
    }
  }

  #pieces(path: string, file: number): void {
    const overlap = this.#search.patternBytesMax
    const buffer = this.#buffer
    let kept = 0
    for (;;) {
      const read = readSync(file, buffer, kept, buffer.length - kept, null)
      if (read === 0) return
      this.#piece(path, buffer.subarray(0, kept + read))
      const carried = Math.min(overlap, kept + read)
      buffer.copy(buffer, 0, kept + read - carried, kept + read)
      kept = carried
    }
  }

  #piece(place: string, bytes: Buffer): void {
    this.#bytes += bytes.length
    this.#note(place, this.#search.scan(bytes))
    for (const unpacked of unpackMembers(bytes)) {
      this.#bytes += unpacked.length
      this.#note(`${place} (packed)`, this.#search.scan(unpacked))
    }
  }

  #note(place: string, hits: readonly Hit[]): void {
    for (const { canary, form } of hits) {
      if (this.#found.size < FOUND_MAX) this.#found.set(`${place}\0${canary}\0${form}`, { place, canary, form })
    }
  }
}

/** Processes below a process, itself first. Reads /proc, so it knows nothing elsewhere than on Linux. */
export function processTree(root: number): readonly number[] {
  const parents = new Map<number, number[]>()
  for (const name of entriesOf('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(Number(name)) : undefined
    if (parent !== undefined) parents.set(parent, [...(parents.get(parent) ?? []), Number(name)])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(parents.get(pid) ?? []))
  return tree
}

function parentOf(pid: number): number | undefined {
  try {
    // The second field, the name in brackets, may hold spaces and brackets itself.
    return Number(/^\S+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1])
  } catch (thrown) {
    if (isGone(thrown)) return undefined
    throw thrown
  }
}

const GONE: ReadonlySet<unknown> = new Set(['ENOENT', 'EACCES', 'EPERM', 'ESRCH', 'EIO', 'EISDIR', 'ENXIO', 'ENOTDIR', 'EINVAL'])
const isGone = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && GONE.has(thrown.code)

function openOrNothing(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (thrown) {
    if (isGone(thrown)) return undefined
    throw thrown
  }
}

function linkOrNothing(path: string): string {
  try {
    return readlinkSync(path)
  } catch (thrown) {
    if (isGone(thrown)) return ''
    throw thrown
  }
}

function entriesOf(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch (thrown) {
    if (isGone(thrown)) return []
    throw thrown
  }
}
