/**
 * Trials: one smallest call to an upstream, with words of our own, to see that its key works and what it costs; keeps nothing of the answer but its
 * figures, and sends nothing of a customer.
 */
export { TRIAL_PROBLEMS, type Trial, type TrialProblem, tryUpstream } from './try-upstream.ts'
