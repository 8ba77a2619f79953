const poll = 2
const deadline = 10_000

/** Waits until the condition holds. For what has no event to wait for. */
export async function until(condition: () => unknown): Promise<void> {
  const end = Date.now() + deadline
  while (!condition()) {
    if (Date.now() > end) throw new Error(`it never came true that ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, poll))
  }
}
