// Writes docs/cli.md from the commands: `node tests/tidy/write-cli-page.ts`.
import { writeFileSync } from 'node:fs'
import { allCommands, cliPage } from './cli-page.ts'

writeFileSync('docs/cli.md', cliPage(await allCommands()))
