// Writes src/channel/spelled from src/channel/messages.ts: `node tests/tidy/write-channel-code.ts`, then `npx biome format --write src/channel`.
import { writeFileSync } from 'node:fs'
import { channelCode } from './channel-code.ts'

for (const [path, code] of Object.entries(channelCode())) writeFileSync(path, code)
