// Loaded before a program that was written without a test in mind: it ends when whoever started it is gone.
process.stdin.once('close', () => process.exit(1)).resume();
