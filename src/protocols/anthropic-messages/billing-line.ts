/** How a line begins in which Claude Code tells Anthropic's billing what it is; it stands in the instructions, and is told to no model. */
export const BILLING_LINE = 'x-anthropic-billing-header:'

/** Whether a text of the instructions is this line alone. Source: https://github.com/anthropics/claude-code/issues/24168 (2026-11-30). */
export const isBillingLine = (text: string): boolean => text.startsWith(BILLING_LINE) && !text.trimEnd().includes('\n')
