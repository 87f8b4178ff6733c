/** What is made of the inventory: six outputs from one source; never reads a database, and the same input gives the same bytes. */
import type { PolicyFacts } from '../facts.ts'
import { erasurePlan } from './erasure-plan.ts'
import { exportSchema } from './export-schema.ts'
import { fideslangYaml } from './fideslang.ts'
import { recordOfProcessing } from './record-of-processing.ts'
import { retentionJobs } from './retention-jobs.ts'

export { type Printable, type PrintedVersion, policyMarkdown } from './markdown.ts'

/** Forms that are made of the inventory and settings alone. */
export const DATA_FORMATS = ['ropa', 'fideslang', 'export-schema', 'erasure-plan', 'retention'] as const
export type DataFormat = (typeof DATA_FORMATS)[number]

/** A text of one of these forms. */
export function dataOutput(format: DataFormat, facts: PolicyFacts): string {
  if (format === 'fideslang') return fideslangYaml(facts)
  return `${JSON.stringify(MAKERS[format](facts), null, 2)}\n`
}

const MAKERS: Readonly<Record<Exclude<DataFormat, 'fideslang'>, (facts: PolicyFacts) => unknown>> = {
  ropa: recordOfProcessing,
  'export-schema': exportSchema,
  'erasure-plan': erasurePlan,
  retention: retentionJobs,
}
