// reslens-cli classify: predictions for pictures, in batches; the next pictures are read meanwhile.
#include "cli/answer_parts.h"
#include "cli/arguments.h"
#include "cli/input.h"
#include "cli/model_choice.h"
#include "error/printable.h"
#include "image/npy.h"
#include "jobs/background_jobs.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <thread>

namespace reslens::cli {

namespace {

constexpr int kLargestBatch = 32;
// Keeps a batch near 0.2 s on a 100 GMAC/s device, so that no driver's watchdog sees a long submit.
constexpr std::int64_t kBatchMacs = 20'000'000'000;

constexpr std::size_t kAheadBytes = 64u << 20; // limit for waiting inputs
constexpr std::size_t kMostAhead = 128;        // waiting inputs: a few batches
constexpr unsigned kMostThreads = 8;           // a decoder may need a gigabyte for a picture of 100 megapixels

std::size_t lookAhead(const nn::Model &model)
{
    const std::size_t inputBytes = model.inputShape().count() * sizeof(float);
    return std::clamp<std::size_t>(kAheadBytes / inputBytes, 2, kMostAhead);
}

/// Decodes pictures into inputs on other threads, a few ahead of the consumer.
class ReadAhead {
public:
    /// Begins to read `paths` in order.
    ReadAhead(const QStringList &paths, const nn::Model &model, const image::PictureOptions &options)
        : m_paths(paths), m_model(model), m_options(options), m_facts(std::size_t(paths.size())),
          m_inputs(std::size_t(paths.size())),
          m_reading(
              std::size_t(paths.size()),
              [this](std::size_t index) {
                  const QString &path = m_paths[qsizetype(index)];
                  if (!isTensorFile(path)) // a tensor may have any size, and needs no decoding
                      m_inputs[index] = readInput(path, m_model, m_options, &m_facts[index]);
              },
              lookAhead(model), std::clamp(std::thread::hardware_concurrency(), 1u, kMostThreads))
    {
    }

    /// Returns readInput() of path number `index`. Each is taken once, in order.
    Result<Tensor> take(qsizetype index)
    {
        m_reading.waitFor(std::size_t(index));
        auto &input = m_inputs[std::size_t(index)];
        if (!input)
            return readInput(m_paths[index], m_model, m_options, &m_facts[std::size_t(index)]);
        Result<Tensor> taken = std::move(*input);
        input.reset();
        return taken;
    }

    /// What reading path number `index` noted; after take().
    const image::Notes &notes(qsizetype index) const { return m_facts[std::size_t(index)].notes; }

private:
    const QStringList m_paths;
    const nn::Model &m_model;
    const image::PictureOptions m_options;
    std::vector<image::PictureFacts> m_facts;            // about each picture
    std::vector<std::optional<Result<Tensor>>> m_inputs; // decoded and not yet taken
    jobs::BackgroundJobs m_reading;                      // last: it stops before the rest goes
};

/// One input (1,C,H,W) and its origin.
struct Item {
    QString path;
    int number, count; // input `number` of `count` in the file
    Tensor input;
};

/// Collects inputs, runs those of one shape as a batch, and keeps or prints the answers in order.
class Classification {
public:
    /// `json`, if not empty, receives the answers.
    Classification(nn::Executor &executor, const nn::Preprocess &how, int top, std::optional<JsonListPrinter> &json,
                   bool keepsFeatures)
        : m_executor(executor), m_how(how), m_top(top), m_json(json), m_keepsFeatures(keepsFeatures)
    {
    }

    void add(const QString &path, const Result<Tensor> &input)
    {
        if (!input) {
            runWaiting(); // keeps the order
            m_code = failed(input.error());
            addFeatures(std::vector<float>(featureCount(), std::numeric_limits<float>::quiet_NaN()));
            return;
        }
        const Shape one{1, input->shape.c, input->shape.h, input->shape.w};
        for (int n = 0; n < input->shape.n; ++n) {
            Item item{path, n, input->shape.n, Tensor(one)};
            std::copy_n(input->values.begin() + std::ptrdiff_t(n * one.count()), one.count(),
                        item.input.values.begin());
            if (!m_waiting.empty() && (m_waiting.front().input.shape != one || int(m_waiting.size()) >= batchFor(one)))
                runWaiting();
            m_waiting.push_back(std::move(item));
        }
    }

    void runWaiting()
    {
        if (m_waiting.empty())
            return;
        const std::vector<Item> items = std::exchange(m_waiting, {});
        const auto forward = run(stacked(items));
        if (!forward) {
            for (const Item &item : items)
                m_code = failed({forward.error().kind, item.path.toStdString(), forward.error().message(), {}});
            addFeatures(std::vector<float>(items.size() * featureCount(), std::numeric_limits<float>::quiet_NaN()));
            return;
        }
        for (std::size_t n = 0; n < items.size(); ++n)
            answer(items[n], analysis::topPredictions(*forward, int(n), m_executor.model().labels, m_top),
                   forward->wallMs / double(items.size()));
    }

    int code() const { return m_code; }

    /// Writes what came out of the average pool: (pictures, channels), a row of NaN for one that could not be read.
    Result<void> writeFeatures(const std::filesystem::path &path)
    {
        const auto channels = std::int64_t(featureCount());
        const std::int64_t rows = std::int64_t(m_features.size()) / channels;
        Tensor tensor;
        tensor.values = std::move(m_features);
        tensor.shape = {int(rows), int(channels), 1, 1};
        return image::writeNpy(path, tensor, {rows, channels});
    }

private:
    std::size_t featureCount() const { return std::size_t(m_executor.model().network.architecture.featureChannels()); }

    void addFeatures(const std::vector<float> &values)
    {
        if (m_keepsFeatures)
            m_features.insert(m_features.end(), values.begin(), values.end());
    }

    /// A fast pass, or one that keeps the tensors where the features are wanted.
    Result<nn::Forward> run(const Tensor &batch)
    {
        if (!m_keepsFeatures)
            return m_executor.forward(batch, {});
        const auto trace = TRY(m_executor.trace(batch, {}));
        addFeatures(TRY(trace->read(m_executor.model().network.features)).values);
        return trace->forward();
    }

    int batchFor(Shape one) const
    {
        const std::int64_t each = std::max<std::int64_t>(nn::macs(m_executor.model().network, one), 1);
        return int(std::clamp<std::int64_t>(kBatchMacs / each, 1, kLargestBatch));
    }

    static Tensor stacked(const std::vector<Item> &items)
    {
        Shape shape = items.front().input.shape;
        shape.n = int(items.size());
        Tensor batch(shape);
        auto to = batch.values.begin();
        for (const Item &item : items)
            to = std::copy(item.input.values.begin(), item.input.values.end(), to);
        return batch;
    }

    void answer(const Item &item, const std::vector<analysis::Prediction> &top, double ms)
    {
        if (!m_json) {
            const QString which = item.count > 1 ? QStringLiteral(" [%1]").arg(item.number) : QString();
            print(QString::fromStdString(printable(item.path.toStdString())) + which + "\n" + topText(top));
            return;
        }
        Json result{{"image", item.path.toStdString()}};
        if (item.count > 1)
            result["item"] = item.number;
        result["top"] = topJson(top);
        result["preprocess"] = preprocessJson(m_how, isTensorFile(item.path));
        result["ms"] = ms;
        m_json->add(result);
    }

    nn::Executor &m_executor;
    const nn::Preprocess m_how;
    const int m_top;
    std::optional<JsonListPrinter> &m_json;
    std::vector<Item> m_waiting; // all have the same shape
    const bool m_keepsFeatures;
    std::vector<float> m_features;
    int m_code = kDone;
};

} // namespace

int classify(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "IMAGE…");
    addModelOptions(arguments);
    addPreprocessOptions(arguments);
    addPictureOptions(arguments);
    arguments.add({"features"}, "Write what comes out of the average pool, (pictures, channels), as .npy.", "FILE");
    arguments.add({"top"}, "How many classes to print for each picture.", "K", "5");
    if (const auto over = arguments.parse(given))
        return *over;
    if (arguments.positional().isEmpty())
        return arguments.wrong("no IMAGE given");
    const auto top = arguments.number("top", 1, 1'000'000);
    if (!top)
        return arguments.wrong(top.error());
    if (const auto checked = settingsOf(arguments); !checked)
        return arguments.wrong(checked.error());
    const auto options = pictureOptions(arguments);
    if (!options)
        return arguments.wrong(options.error());

    const auto model = openModel(arguments);
    if (!model)
        return failed(model.error());
    const nn::Preprocess &how = (*model)->preprocess;
    const QStringList paths = arguments.positional();
    ReadAhead inputs(paths, **model, *options); // reads the first inputs while the device opens
    const auto executor = openExecutor(arguments, *model);
    if (!executor)
        return failed(executor.error());
    noteAssumption(arguments, how);
    const std::string device = (*executor)->device().name;
    std::optional<JsonListPrinter> json;
    if (arguments.wantsJson())
        json.emplace(Json{{"model", (*model)->name}, {"device", device}}, "results");
    else
        print(QStringLiteral("%1 on %2\n").arg(QString::fromStdString((*model)->name), QString::fromStdString(device)));

    Classification classification(**executor, how, *top, json, arguments.has("features"));
    for (qsizetype i = 0; i < paths.size(); ++i) {
        const Result<Tensor> input = inputs.take(i);
        printNotes(arguments, paths[i], inputs.notes(i));
        classification.add(paths[i], input);
    }
    classification.runWaiting();
    noteEconomies(arguments, **executor);
    if (json)
        json->finish();
    if (arguments.has("features"))
        if (const auto written = classification.writeFeatures(arguments.value("features").toStdString()); !written)
            return failed(written.error());
    return classification.code();
}

} // namespace reslens::cli
