import { expect, it } from 'vitest';
import { runTool, version } from './support/run-tool.js';

const node = process.execPath;

it('runs a program to its end, and tells what it said when it fails', () => {
  runTool(node, ['-e', '']);
  const failing = ['-e', 'console.log("out"); console.error("err"); process.exitCode = 3'];
  expect(() => runTool(node, failing)).toThrow(/failed \(status 3\):\nout\nerr$/);
  expect(() => runTool('/nowhere/program', [])).toThrow(/failed \(status null\):\n.*ENOENT/);
});

it('kills a program that does not end, even one that will not be asked', () => {
  const stubborn = ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1_000)'];
  expect(() => runTool(node, stubborn, 2_000)).toThrow(/was killed after 2000 ms/);
});

it('tells what a program says of itself, and nothing of one that is not there', () => {
  expect(version(node, ['--version'])).toBe(`${process.version}\n`);
  expect(version('/nowhere/program', ['--version'])).toBeUndefined();
});
