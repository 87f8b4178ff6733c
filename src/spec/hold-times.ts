/** Upper bounds by which times of holds are counted, in microseconds: from what a local socket takes to what a customer would notice. */
export const HOLD_TIME_BOUNDS = [
  50, 100, 150, 200, 250, 300, 400, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 20_000, 50_000, 100_000, 1_000_000,
] as const
