import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CheckContext } from '../harness/index.ts'

/** Places outside a server's folder where something could be left behind. */
const ELSEWHERE = ['/', '/etc', '/tmp', '/var/tmp', '/var/log', '/root', '/usr', '/home'] as const

/**
 * Makes a mount namespace of its own in which nothing but the folder around FAREBOX_DATA_DIR and the memory of /dev/shm can be written, as the unit and the
 * container that are shipped have it, and becomes the program that is named. Source: mount(8), mount_namespaces(7), util-linux 2.38 (2026-11-27).
 */
const SCRIPT = `set -e
folder=$(dirname "$FAREBOX_DATA_DIR")
mount --bind "$folder" "$folder"
mount -t tmpfs tmpfs /dev/shm
findmnt -rno TARGET -O rw | sort -u | while read -r place; do
  case "$place" in
    "$folder" | /dev | /dev/shm | /dev/pts | /dev/mqueue | /proc | /proc/* | /sys | /sys/*) ;;
    *) mount -o remount,bind,ro "$place" ;;
  esac
done
exec "$@"`

const UNDER = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', SCRIPT, 'sh'] as const

/** What a server is started by to see a read-only root; undefined where this host lets nobody make one. */
export function readOnlyRoot(): readonly string[] | undefined {
  const [program, ...more] = UNDER
  const folder = mkdtempSync(join(tmpdir(), 'farebox-root-'))
  const tried = spawnSync(program, [...more, 'true'], { env: { ...process.env, FAREBOX_DATA_DIR: join(folder, 'data') }, stdio: 'ignore' })
  rmdirSync(folder)
  const isThere = spawnSync('nsenter', ['--version'], { stdio: 'ignore' }).status === 0
  return tried.status === 0 && isThere ? UNDER : undefined
}

/** Whatever runs beside a process and asks the system alone, past the permission model of Node, can write nowhere but in its folder. */
export function expectReadOnly(context: CheckContext, { pid, folder }: { readonly pid: number; readonly folder: string }): number {
  const write = (place: string): string => {
    const script = `touch ${place}/farebox-probe && rm ${place}/farebox-probe && echo written`
    const { stdout, stderr } = spawnSync('nsenter', ['--target', String(pid), '--mount', 'sh', '-c', script], { encoding: 'utf8' })
    return stdout.includes('written') ? 'written' : stderr
  }
  for (const place of ELSEWHERE) context.expect(write(place).includes('Read-only file system'), `beside a gateway ${place} can be written`)
  context.expect(write(folder) === 'written', 'blind: what tries to write cannot even where it may')
  return ELSEWHERE.length
}
