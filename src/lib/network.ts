import { isIP } from 'node:net'

/**
 * A range of addresses: those whose first `prefix` of 128 bits are those of `words`, four unsigned numbers of 32 bits; what lies behind the prefix is
 * zero. IPv4 is written as ::ffff:0:0/96. Source: RFC 4291 §2.5.5.2 (2006-02, read 2026-11-27).
 */
export type Network = { readonly words: Words; readonly prefix: number }
/** 128 bits as four unsigned numbers of 32, the first ones first. */
export type Words = readonly [number, number, number, number]

const BITS = 128
const IPV4_PREFIX = 96
const MAPPED = 0xffff

/** Reads "192.0.2.0/24", "2001:db8::/32" or a single address; bits behind the prefix are dropped. Undefined for anything else, zones too. Source: RFC 4632 §3.1 (2006-08, read 2026-11-27). */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', prefixText] = /^([\d.]{7,15}|[\da-fA-F:.]{2,45})(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const words = addressWords(address)
  if (words === undefined) return undefined
  const before = isIP(address) === 4 ? IPV4_PREFIX : 0
  const prefix = prefixText === undefined ? BITS : before + Number(prefixText)
  return prefix > BITS ? undefined : { words: masked(words, prefix), prefix }
}

/** The range as people write it: IPv4 in dots; IPv6 in lower case with the longest row of zeros left out. Source: RFC 5952 §4 (2010-08, read 2026-11-27). */
export function showNetwork({ words, prefix }: Network): string {
  if (!isIpv4({ words, prefix })) return `${showIpv6(words)}/${prefix}`
  const [, , , last] = words
  return `${[24, 16, 8, 0].map((shift) => (last >>> shift) & 0xff).join('.')}/${prefix - IPV4_PREFIX}`
}

/**
 * Whether an address lies in a range. A range of IPv6 holds no IPv4 address, though its bits may; an IPv4 address that is written as IPv6 counts as
 * IPv4. False for what is no address.
 */
export function isInNetwork(address: string, network: Network): boolean {
  const words = addressWords(address.split('%', 1)[0] ?? '')
  if (words === undefined || isIpv4({ words, prefix: BITS }) !== isIpv4(network)) return false
  return masked(words, network.prefix).every((word, index) => word === network.words[index])
}

const isIpv4 = ({ words, prefix }: Network): boolean => prefix >= IPV4_PREFIX && words[0] === 0 && words[1] === 0 && words[2] === MAPPED

const masked = (words: Words, prefix: number): Words => [
  maskedWord(words[0], prefix),
  maskedWord(words[1], prefix - 32),
  maskedWord(words[2], prefix - 64),
  maskedWord(words[3], prefix - 96),
]

const maskedWord = (word: number, bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? word : (word & -(2 ** (32 - bits))) >>> 0)

/** The 128 bits of an address; undefined for what is none. */
function addressWords(address: string): Words | undefined {
  const version = isIP(address)
  if (version === 4) return [0, 0, MAPPED, ipv4Word(address)]
  if (version !== 6 || address.includes('%')) return undefined
  const dotted = /^(.*:)((?:\d{1,3}\.){3}\d{1,3})$/.exec(address)
  const [head = '', tail] = (dotted?.[1] === undefined ? address : `${dotted[1]}${groupsOfWord(ipv4Word(dotted[2] ?? ''))}`).split('::')
  const [before, behind] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = tail === undefined ? 0 : 8 - before.length - behind.length
  const groups = [...before, ...Array.from({ length: zeros }, () => 0), ...behind]
  const word = (index: number): number => (groups[2 * index] ?? 0) * 0x1_0000 + (groups[2 * index + 1] ?? 0)
  return [word(0), word(1), word(2), word(3)]
}

const ipv4Word = (address: string): number => address.split('.').reduce((word, part) => word * 256 + Number(part), 0)
const groupsOf = (text: string): readonly number[] => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
const groupsOfWord = (word: number): string => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`

function showIpv6(words: Words): string {
  const text = words.map(groupsOfWord).join(':')
  const rows = text.match(/(?<![\da-f])0(?::0)+(?![\da-f])/g) ?? []
  const longest = rows.reduce((best, row) => (row.length > best.length ? row : best), '')
  if (longest === '') return text
  const at = [...text.matchAll(/(?<![\da-f])0(?::0)+(?![\da-f])/g)].find(([row]) => row === longest)?.index ?? 0
  const [before, behind] = [text.slice(0, at).replace(/:$/, ''), text.slice(at + longest.length).replace(/^:/, '')]
  return `${before}::${behind}`
}
