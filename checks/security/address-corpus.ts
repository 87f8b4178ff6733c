import type { SeededRandom } from '../../sim/index.ts'

/** Ranges that nothing may be fetched from, each by addresses in it; written down here, not read from the product. */
const FORBIDDEN = [
  ...['0.0.0.0', '0.8.8.8', '10.0.0.5', '10.255.255.255', '100.64.0.1', '100.100.100.200', '100.127.255.254', '127.0.0.1', '127.8.8.8'],
  ...['169.254.169.254', '169.254.170.2', '169.254.0.1', '172.16.0.1', '172.20.10.2', '172.31.255.254', '192.0.0.1', '192.0.0.192'],
  ...['192.0.2.44', '192.31.196.1', '192.52.193.1', '192.88.99.1', '192.168.0.1', '192.168.178.1', '192.175.48.6', '198.18.0.1'],
  ...['198.19.255.254', '198.51.100.3', '203.0.113.7', '224.0.0.1', '233.252.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  ...['168.63.129.16', '::', '::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:127.0.0.1'],
  ...['64:ff9b::7f00:1', '64:ff9b::a00:1', '64:ff9b:1::a00:1', '100::1', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:2::1'],
  ...['2001:10::1', '2001:20::1', '2001:db8::1', '2002:7f00:1::1', '2002:a00:1::1', '2620:4f:8000::1', '3fff::1', '4000::1', '5f00::1'],
  ...['fc00::1', 'fd00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::a9fe:a9fe', 'fec0::1', 'ff01::1', 'ff02::1', 'ff05::2'],
] as const

/** Addresses that may be called. */
export const ALLOWED = ['93.184.216.34', '1.1.1.1', '172.15.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1'] as const

/** What a name says of itself when it is looked up; each look-up takes the next, the last again and again. */
export type Lookups = readonly (readonly string[])[]

/** What lies at a path of the fake host. */
export const PATHS = ['ok', 'redirect', 'packed', 'endless', 'claims', 'page', 'disguised', 'empty', 'dripping'] as const
export type HostPath = (typeof PATHS)[number]

/** An address in a request: `name` is what the fake internet knows its host by; `isGood`: it is to be fetched. */
export type Case = {
  readonly url: string
  readonly name: string
  readonly lookups: Lookups
  readonly isGood: boolean
  readonly what: string
}

/** A case by its number; every seventh is one that has to be fetched, so that a check that sees nothing fetched is known to be blind. */
export function caseOf(random: SeededRandom, index: number): Case {
  const name = `n${index}.pictures.org`
  const good: Case = { url: `https://${name}/ok/${index}`, name, lookups: [[random.pick(ALLOWED)]], isGood: true, what: 'good' }
  const forbidden = FORBIDDEN[index % FORBIDDEN.length] ?? '127.0.0.1'
  switch (index % 7) {
    case 0:
      return good
    case 1:
      return { ...good, lookups: [[forbidden]], isGood: false, what: `private ${forbidden}` }
    case 2:
      return {
        ...good,
        lookups: [random.below(2) === 0 ? [random.pick(ALLOWED), forbidden] : [forbidden, random.pick(ALLOWED)]],
        isGood: false,
        what: 'mixed',
      }
    case 3:
      return { ...good, lookups: [[random.pick(ALLOWED)], [forbidden]], what: 'rebinding' }
    case 4:
      return { ...good, ...oddSpelling(random, { name, forbidden, index }), isGood: false }
    default: {
      const path = PATHS[1 + (Math.floor(index / 7) % (PATHS.length - 2))] ?? 'redirect'
      return { ...good, url: `https://${name}/${path}/${index}`, isGood: false, what: path }
    }
  }
}

type Odd = { readonly name: string; readonly forbidden: string; readonly index: number }

/** Addresses that name a forbidden host, or another way than https on port 443, in the ways that parsers have been misled by. */
function oddSpelling(random: SeededRandom, { name, forbidden, index }: Odd): Pick<Case, 'url' | 'what'> {
  const isV6 = forbidden.includes(':')
  const octets = forbidden.split('.').map(Number)
  const [a = 0, b = 0, c = 0, d = 0] = isV6 ? [127, 0, 0, 1] : octets
  const whole = a * 2 ** 24 + b * 2 ** 16 + c * 256 + d
  const hosts: readonly [string, ...string[]] = [
    isV6 ? `[${forbidden}]` : forbidden,
    String(whole),
    `0x${whole.toString(16)}`,
    `0${whole.toString(8)}`,
    `0${a.toString(8)}.0${b.toString(8)}.0${c.toString(8)}.0${d.toString(8)}`,
    `0x${a.toString(16)}.${b}.${c * 256 + d}`,
    `${a}.${b * 65_536 + c * 256 + d}`,
    `${a}.${b}.${c}.${d}.`,
    `[::ffff:${a}.${b}.${c}.${d}]`,
    `[64:ff9b::${a}.${b}.${c}.${d}]`,
    `${a}。${b}。${c}。${d}`,
    '１２７.0.0.1',
    'localhost',
    'LOCALHOST.',
    `a.localhost`,
    'metadata.google.internal',
    'printer.local',
    'intranet',
    '%31%32%37.0.0.1',
    `user:secret@${name}`,
    `${name}:8443`,
    `${name}:80`,
    `${name}:22`,
    `${name}@${a}.${b}.${c}.${d}`,
    `${a}.${b}.${c}.${d}#@${name}`,
    `${a}.${b}.${c}.${d}\\@${name}`,
  ]
  const schemes: readonly [string, ...string[]] = ['http', 'ftp', 'file', 'gopher', 'ws', 'jar:https', 'HTTP']
  const url = random.below(5) === 0 ? `${random.pick(schemes)}://${name}/ok/${index}` : `https://${random.pick(hosts)}/ok/${index}`
  return { url, what: url.slice(0, 60) }
}
