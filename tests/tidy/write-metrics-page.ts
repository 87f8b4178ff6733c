// Writes the table of docs/metrics.md from src/watch: `node tests/tidy/write-metrics-page.ts`.
import { readFileSync, writeFileSync } from 'node:fs'
import { metricsPage } from './metrics-page.ts'

writeFileSync('docs/metrics.md', metricsPage(readFileSync('docs/metrics.md', 'utf8')))
