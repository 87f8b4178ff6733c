import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from './made-package.ts'

/** What the system forbids by one of the ways to run Farebox that are shipped, as far as it is put in force here. */
export type Profile = {
  readonly name: string
  /** Nothing but the folder of the data can be written. */
  readonly isReadOnly: boolean
  /** Places of programs that may be started; undefined: every place. */
  readonly programs: readonly string[] | undefined
  /** What Farebox may call is a list. */
  readonly hasRules: boolean
}

/** Where the unit has Farebox, and where it is here. */
const INSTALLED = '/opt/farebox/'
const DEPLOY = join(CHECKOUT, 'deploy')

/**
 * Each way that is shipped, read off its own files, so that a line that is gone there is not in force here; and `npx farebox`, by which nothing
 * is. Of the unit PrivateUsers, ProtectProc and the list of system calls are not put in force: none of them stands against what is tried here.
 */
export function shippedProfiles(): readonly Profile[] {
  return [
    systemd(readFileSync(join(DEPLOY, 'systemd', 'farebox.service'), 'utf8')),
    kubernetes(readFileSync(join(DEPLOY, 'helm', 'farebox', 'templates', 'stateful-set.yaml'), 'utf8')),
    container(readFileSync(join(DEPLOY, 'container', 'compose.yaml'), 'utf8')),
    { name: 'bare', isReadOnly: false, programs: undefined, hasRules: false },
  ]
}

function systemd(unit: string): Profile {
  const lines = unit.split('\n')
  const listed = lines.flatMap((line) => /^ExecPaths=(.+)$/.exec(line)?.[1]?.split(' ') ?? [])
  const places = listed.map((place) => place.replace(/^-/, '').replace(INSTALLED, CHECKOUT))
  return {
    name: 'systemd',
    isReadOnly: lines.includes('ProtectSystem=strict') && !lines.includes('PrivateTmp=yes'),
    programs: lines.includes('NoExecPaths=/') ? places.filter((place) => existsSync(place)).map((place) => realpathSync(place)) : undefined,
    hasRules: readFileSync(join(DEPLOY, 'systemd', 'farebox-egress.service'), 'utf8').includes('egress --nftables'),
  }
}

function kubernetes(set: string): Profile {
  return {
    name: 'Kubernetes',
    isReadOnly: set.includes('readOnlyRootFilesystem: true') && !set.includes('mountPath: /tmp'),
    programs: undefined,
    hasRules: readFileSync(join(DEPLOY, 'helm', 'farebox', 'templates', 'network-policy.yaml'), 'utf8').includes(
      'policyTypes: [Ingress, Egress]',
    ),
  }
}

function container(compose: string): Profile {
  return {
    name: 'container',
    isReadOnly: /^ +read_only: true$/m.test(compose) && !compose.includes('tmpfs:'),
    programs: undefined,
    hasRules: false,
  }
}
