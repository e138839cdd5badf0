// Runs models on ONNX Runtime 1.14 in a process of its own: two versions of the library in one
// process would meet under one name. Answers each { model, feeds } with { outputs } or { error }.
import ort from "onnxruntime-node-1.14";

process.on("message", async ({ model, feeds }) => {
  try {
    const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3 });
    const tensors = Object.entries(feeds).map(([name, { type, shape, data }]) => [
      name,
      new ort.Tensor(type, data, shape),
    ]);
    const results = await session.run(Object.fromEntries(tensors));
    const outputs = Object.entries(results).map(([name, { type, dims, data }]) => [
      name,
      { type, shape: dims, data },
    ]);
    process.send({ outputs: Object.fromEntries(outputs) });
  } catch (error) {
    process.send({ error: String(error) });
  }
});
