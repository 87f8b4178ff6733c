import type { Declared } from '../../declared.ts'
import type { PolicyFacts } from '../facts.ts'
import { keptItems } from '../kept-list.ts'

/** The record of processing activities, one activity per purpose. Source: Regulation (EU) 2016/679, article 30(1) (2016-04), read 2026-11-26. */
export function recordOfProcessing(facts: PolicyFacts): object {
  const { settings, inventory, upstreams } = facts
  const items = keptItems(inventory)
  const activities = [...Map.groupBy(items, ({ purpose }) => purpose)].map(([purpose, of]) => ({
    purpose,
    legal_basis: unique(of.map(({ basis }) => basis)),
    data_subjects: unique(of.map(({ subject }) => subject)),
    data_categories: unique(of.map(({ category }) => category)),
    data: of.map(({ table, columns }) => `${table}: ${columns.join(', ')}`),
    recipients: unique(of.flatMap(({ recipients }) => recipients)),
    erasure_time_limits: unique(of.map(({ retention }) => retention)),
    clauses: unique(of.flatMap(({ clauses }) => clauses)),
  }))
  return {
    controller: { name: settings.operator ?? null, service: settings.service, contact: settings.contacts },
    processing_activities: [...activities, ...passingOf(inventory.outbound), ...passingOf(inventory.logFields)],
    transfers: upstreams
      .filter(({ placement }) => placement === 'third_party')
      .map(({ name, host, country }) => ({ recipient: name, host, country: country ?? 'unknown' })),
    security_measures: [
      'sealing of what is personal under keys outside the database',
      'a process that sees content and cannot write, and one that writes and never sees content',
      'one database role for each job',
      'deletion by the system itself when a time limit is over',
    ],
  }
}

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)]

/** What is kept in no column: it passes, or goes into a log. */
const passingOf = (declared: Declared): readonly object[] =>
  Object.entries(declared)
    .filter(([, { subject }]) => subject !== 'nobody')
    .map(([name, entry]) => ({
      ...{ purpose: entry.purpose, legal_basis: [entry.basis], data_subjects: [entry.subject], data_categories: [entry.category] },
      ...{ data: [name], recipients: entry.recipients, erasure_time_limits: [entry.retention], clauses: entry.clauses },
    }))
