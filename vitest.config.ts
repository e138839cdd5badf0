import { defineConfig } from "vitest/config";

/** Tests run on the sources of every package: the condition below wins over `dist`. */
const conditions = ["@graft-ml/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      "{packages,apps}/*/src/**/*.test.ts",
      "apps/*/e2e/**/*.test.ts",
      "browser-tests/**/*.test.ts",
    ],
    testTimeout: 180_000,
    maxWorkers: 2,
  },
});
