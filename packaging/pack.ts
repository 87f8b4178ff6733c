// Makes the tarball that is published, farebox-<version>.tgz, in the folder that is named: `npm run package -- FOLDER`; default packed/.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { writePackage } from './index.ts'

const ROOT = dirname(import.meta.dirname)
const into = resolve(process.argv[2] ?? join(ROOT, 'packed'))
mkdirSync(into, { recursive: true })
const bom = await writePackage(ROOT, join(into, 'package'))
execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', into], { cwd: join(into, 'package'), stdio: 'inherit' })
process.stdout.write(`${bom.components.length} packages of others ship with it\n`)
