export class UsageError extends Error {}

export function commandLine<T>(
  name: string,
  usage: string,
  read: (args: string[]) => T,
  args?: string[],
): T | undefined

export function wholeNumber(option: string, text: string, least: number, most: number): number
