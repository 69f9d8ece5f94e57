/**
 * Run by tests in a process of its own, whose memory they then search: takes lines of masked bytes
 * in hexadecimal, holds them unmasked in one place outside the JavaScript heap, and answers each
 * line when that is done. An empty line wipes them.
 */
import { createInterface } from 'node:readline'

const mask = 0x5a
const held = new Uint8Array(new ArrayBuffer(1_024))

for await (const line of createInterface({ input: process.stdin })) {
  held.fill(0)
  for (let index = 0; index < line.length / 2; index += 1)
    held[index] = Number.parseInt(line.slice(2 * index, 2 * index + 2), 16) ^ mask
  process.stdout.write('held\n')
}
