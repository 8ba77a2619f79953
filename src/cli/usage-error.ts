/** What was asked for makes no sense. The message is one line. */
export class UsageError extends Error {}
