import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseAllDocuments, parseDocument } from "yaml";
import { z } from "zod";
import type { Launch } from "../command.js";
import { workerCommand } from "./worker.js";

const read = (path: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../../../deploy/${path}`, import.meta.url)), "utf8");

const seconds = z.string().regex(/^\d+s$/);
const memory = z.string().regex(/^\d+(M|G|Mi|Gi)$/);

const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.literal(".."), dockerfile: z.string() }).optional(),
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
  volumes: z.array(
    z.union([
      z.string(),
      z.strictObject({
        type: z.literal("bind"),
        source: z.string(),
        target: z.string(),
        read_only: z.literal(true),
      }),
    ]),
  ),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.literal("service_healthy") }))
    .optional(),
  healthcheck: z.strictObject({
    test: z.tuple([z.literal("CMD-SHELL"), z.string()]),
    interval: seconds,
    timeout: seconds,
    retries: z.int(),
    start_period: seconds.optional(),
  }),
  stop_grace_period: seconds.optional(),
  restart: z.literal("unless-stopped"),
  deploy: z.strictObject({
    replicas: z.string().optional(),
    resources: z.strictObject({ limits: z.strictObject({ cpus: z.string(), memory }) }),
  }),
});

const compose = z.strictObject({
  name: z.string(),
  services: z.strictObject({ redis: service, worker: service }),
  volumes: z.strictObject({ queue: z.null() }),
});

const probe = z
  .strictObject({
    exec: z.strictObject({ command: z.array(z.string()) }).optional(),
    tcpSocket: z.strictObject({ port: z.string() }).optional(),
    periodSeconds: z.int(),
    timeoutSeconds: z.int().optional(),
    failureThreshold: z.int().optional(),
  })
  .refine(({ exec, tcpSocket }) => (exec === undefined) !== (tcpSocket === undefined));

const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()),
  env: z.array(
    z.strictObject({
      name: z.string(),
      valueFrom: z.strictObject({
        secretKeyRef: z.strictObject({ name: z.string(), key: z.string() }),
      }),
    }),
  ),
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.int() })).optional(),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe,
  resources: z.strictObject({
    requests: z.strictObject({ cpu: z.string(), memory }),
    limits: z.strictObject({ cpu: z.string().optional(), memory }),
  }),
  volumeMounts: z.array(
    z.strictObject({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }),
  ),
});

const labels = z.strictObject({ app: z.string() });
const named = z.strictObject({ name: z.string() });

const workload = z.looseObject({
  apiVersion: z.literal("apps/v1"),
  kind: z.enum(["Deployment", "StatefulSet"]),
  metadata: named,
  spec: z.looseObject({
    replicas: z.int(),
    selector: z.strictObject({ matchLabels: labels }),
    template: z.strictObject({
      metadata: z.strictObject({ labels }),
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.int(),
        securityContext: z.looseObject({ runAsNonRoot: z.literal(true) }),
        containers: z.tuple([container]),
      }),
    }),
  }),
});

/** What the command makes of arguments. */
async function optionsOf([name, ...args]: readonly string[]): Promise<object> {
  expect(name).toBe("worker");
  let options: object = {};
  const launch: Launch = async (given) => {
    options = given;
  };
  await workerCommand(launch).exitOverride().parseAsync(args, { from: "user" });
  return options;
}

const served = { data: "/data", threads: 2, farewell: 45, alive: "/tmp/alive" };

test("Compose's file is one, and its worker is a command that ends before it is killed", async () => {
  const document = parseDocument(await read("compose.yaml"), { strict: true });
  expect([...document.errors, ...document.warnings]).toEqual([]);
  const { worker, redis } = compose.parse(document.toJS()).services;
  expect(await optionsOf(worker.command)).toMatchObject({ ...served, queue: "redis://redis:6379" });
  expect(worker.stop_grace_period).toBe("60s");
  expect(redis.command.join(" ")).toMatch(/--appendonly yes --maxmemory-policy noeviction/);
});

test("Kubernetes' files are such, and their worker is a command that ends before it is killed", async () => {
  const all = await Promise.all(
    ["redis.yaml", "workers.yaml"].map((name) => read(`kubernetes/${name}`)),
  );
  const documents = all.flatMap((text) => [...parseAllDocuments(text, { strict: true })]);
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  const [service, ...rest] = documents.map((document) => document.toJS());
  const [redis, worker] = rest.map((one) => workload.parse(one)) as [Workload, Workload];
  for (const { spec } of [redis, worker]) {
    expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
  }
  expect(service).toMatchObject({
    kind: "Service",
    metadata: { name: "graft-queue" },
    spec: { selector: redis.spec.selector.matchLabels, ports: [{ port: 6379 }] },
  });
  const [{ args }] = worker.spec.template.spec.containers;
  expect(await optionsOf(args)).toMatchObject({ ...served, queue: "redis://graft-queue:6379" });
  expect(worker.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(served.farewell);
});

type Workload = z.infer<typeof workload>;
