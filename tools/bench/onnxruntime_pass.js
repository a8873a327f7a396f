// As onnxruntime_pass.py, with npm's onnxruntime-node, for systems where that is the one there is.
const runtime = require("onnxruntime-node");
const { version } = require("onnxruntime-node/package.json");

async function main(file, side, runs, threads) {
    const session = await runtime.InferenceSession.create(file, { intraOpNumThreads: threads, executionProviders: ["cpu"] });
    const values = Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i));
    const image = new runtime.Tensor("float32", values, [1, 3, side, side]);
    const ms = [];
    const sinceMs = (begin) => Number(process.hrtime.bigint() - begin) / 1e6;
    const warmUp = process.hrtime.bigint();
    for (let isWarm = false; ms.length < runs; isWarm = isWarm || sinceMs(warmUp) >= 500) { // as passes.py
        const begin = process.hrtime.bigint();
        await session.run({ image });
        if (isWarm)
            ms.push(sinceMs(begin));
    }
    console.log(JSON.stringify({ version, ms }));
}

const [file, ...numbers] = process.argv.slice(2);
main(file, ...numbers.map(Number));
