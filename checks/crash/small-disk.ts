import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of a few hundred megabytes, mounted for one check. */
export type SmallDisk = {
  readonly folder: string
  /** What is mounted: ext4 where a file can be mounted as a disk, else tmpfs. */
  readonly kind: string
  readonly freeBytes: () => number
  /** Takes every byte there is, and those that come free, until `free`; resolves with how many when it is full. */
  readonly fill: () => Promise<number>
  /** Gives all of that back. */
  readonly free: () => Promise<void>
  /** Ends all writing at once, as a loss of power does: what was not given to the disk is gone, and every use fails until `again`. ext4 alone. */
  readonly cut: () => Promise<void>
  /** Mounts what the disk has, once nobody uses it any more. */
  readonly again: () => Promise<void>
  readonly remove: () => Promise<void>
}

const MIB = 1_048_576

// https://www.kernel.org/doc/html/latest/filesystems/ext4/index.html and include/uapi/linux/ext4.h (2026-11-27): EXT4_IOC_SHUTDOWN is
// _IOR('X', 125, __u32); 2 is EXT4_GOING_FLAGS_NOLOGFLUSH, which does not write the journal out either.
const CUT = 'open my $folder, "<", $ENV{FOLDER} or die; my $how = pack("L", 2); ioctl $folder, 0x8004587D, $how or die "$!\n"'

/** Unmounts when its input ends, so that a check that is killed leaves no file system behind. The folder is no argument, by which a world would take it for its own. */
const KEEPER = `
truncate -s "$SIZE" "$IMAGE" && mkfs.ext4 -q -m 0 "$IMAGE" >&2 && mount -o loop "$IMAGE" "$FOLDER" && KIND=ext4 ||
mount -t tmpfs -o "size=$SIZE,mode=755" none "$FOLDER" && KIND=\${KIND:-tmpfs} || exit 1
echo "$KIND"
release() { for TRY in 1 2 3 4 5 6 7 8 9 10; do umount "$FOLDER" && return; sleep 0.3; done; return 1; }
while read -r WORD; do
  case "$WORD" in
    cut) perl -e "$CUT" ;;
    again) release && mount -o loop "$IMAGE" "$FOLDER" ;;
  esac && echo done || echo failed
done
umount -l "$FOLDER"
rm -f "$IMAGE"`

/** Mounts one; or says why this host does not let us. */
export async function mountSmallDisk(bytes: number): Promise<SmallDisk | { readonly notRun: string }> {
  const base = mkdtempSync(join(tmpdir(), 'farebox-disk-'))
  const folder = mkdtempSync(join(base, 'd'))
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', SIZE: String(bytes), IMAGE: join(base, 'image'), FOLDER: folder, CUT }
  const keeper = spawn('sh', ['-c', KEEPER], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(keeper, 'close')
  let said = ''
  keeper.stderr.on('data', (chunk) => {
    said += String(chunk)
  })
  const first = await Promise.race([once(keeper.stdout, 'data').then(([chunk]) => String(chunk).trim()), ended.then(() => '')])
  const remove = async (): Promise<void> => {
    keeper.stdin.end()
    await ended
    rmSync(base, { recursive: true, force: true })
  }
  if (first === '') {
    await remove()
    return { notRun: `no file system can be mounted here: ${said.trim().split('\n').at(-1) ?? ''}` }
  }
  const tell = async (word: 'cut' | 'again'): Promise<void> => {
    const answered = once(keeper.stdout, 'data')
    keeper.stdin.write(`${word}\n`)
    const [answer] = await answered
    if (String(answer).trim() !== 'done') throw new Error(`the small disk could not do ${word}: ${said.trim().split('\n').at(-1) ?? ''}`)
  }
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  }
  const filler = makeFiller(join(folder, 'filler'))
  return { folder, kind: first, freeBytes, ...filler, cut: () => tell('cut'), again: () => tell('again'), remove }
}

const AGAIN_MS = 50

/** A file that takes what there is, again and again, as whatever fills a disk does not stop when somebody else has tidied up. */
function makeFiller(path: string): Pick<SmallDisk, 'fill' | 'free'> {
  let isWanted = false
  let filling: Promise<number> = Promise.resolve(0)
  let timer: NodeJS.Timeout | undefined
  const again = (): void => {
    if (!isWanted) return
    filling = fillUp(path)
    void filling.finally(() => {
      timer = setTimeout(again, AGAIN_MS)
    })
  }
  return {
    fill: async () => {
      isWanted = true
      again()
      return await filling
    },
    free: async () => {
      isWanted = false
      clearTimeout(timer)
      await filling
      await rm(path)
    },
  }
}

/** Writes until not one more byte is taken, in pieces that get smaller; returns what was written. */
async function fillUp(path: string): Promise<number> {
  const file = await open(path, 'a')
  let written = 0
  try {
    for (let size = 4 * MIB; size >= 512; ) {
      const taken = await file.write(Buffer.alloc(size)).then(
        ({ bytesWritten }) => bytesWritten,
        () => 0,
      )
      written += taken
      if (taken < size) size /= 2
    }
  } finally {
    await file.close()
  }
  return written
}
