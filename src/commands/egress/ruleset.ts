import { isIP } from 'node:net'
import { ANY_PUBLIC_HOST, type Destination } from './destinations.ts'

/** A destination with the addresses that its name had when it was asked. */
export type Resolved = Destination & { readonly addresses: readonly string[] }

/** For whom the rules are, and where names may be asked: `user` is a login name or a number. */
export type RulesetOptions = { readonly user: string; readonly resolvers: readonly string[] }

/**
 * An nftables ruleset by which one user may open connections to these destinations, to name servers and to its own machine, and to nothing
 * else; loaded again it replaces itself at once. Source: https://wiki.nftables.org/wiki-nftables/index.php/Main_Page (2026-11-26).
 */
export function rulesetOf(destinations: readonly Resolved[], { user, resolvers }: RulesetOptions): string {
  const rules = [
    `meta skuid != ${/^\d+$/.test(user) ? user : `"${user}"`} accept`,
    'ip daddr 127.0.0.0/8 accept',
    'ip6 daddr ::1 accept',
    // Answers to those who called us.
    'ct direction reply accept',
    ...resolvers.flatMap((address) => [
      `${family(address)} daddr ${address} udp dport 53 accept`,
      `${family(address)} daddr ${address} tcp dport 53 accept`,
    ]),
    ...destinations.flatMap(({ addresses, port, host, why }) => [
      `# ${host}:${port} (${why})`,
      ...(host === ANY_PUBLIC_HOST
        ? publicRules(port)
        : addresses.map((address) => `${family(address)} daddr ${address} tcp dport ${port} accept`)),
    ]),
    'counter reject with icmpx type admin-prohibited',
  ]
  return [
    '#!/usr/sbin/nft -f',
    '# Made by "farebox egress --nftables"; make it again when the catalogue or the addresses of a name change.',
    'table inet farebox_egress',
    'delete table inet farebox_egress',
    'table inet farebox_egress {',
    '  chain output {',
    '    type filter hook output priority filter; policy accept;',
    ...rules.map((rule) => `    ${rule}`),
    '  }',
    '}',
    '',
  ].join('\n')
}

/** Networks of one's own and those for special uses. Source: https://www.iana.org/assignments/iana-ipv4-special-registry (2026-11-26). */
const OWN_NETWORKS = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
]

const publicRules = (port: number): readonly string[] => [
  `ip daddr != { ${OWN_NETWORKS.join(', ')} } tcp dport ${port} accept`,
  `ip6 daddr 2000::/3 ip6 daddr != { 2001::/23, 2001:db8::/32, 2002::/16 } tcp dport ${port} accept`,
]

const family = (address: string): 'ip' | 'ip6' => (isIP(address) === 6 ? 'ip6' : 'ip')
