// A checkpoint's tensors are read when needed. If the file is truncated or changed meanwhile, the next use fails with
// an error: nothing is ever computed from two versions of a file, and no signal ends the program.
#include "analysis/parameter_gradients.h"
#include "engine/device.h"
#include "nn/gradients.h"
#include "reference/executor.h"
#include "weights/checkpoint_bytes.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace reslens;

namespace {

const std::string kChanged = "was changed after it was opened";

void write(const std::string &path, const std::string &bytes)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// Changes a file in place, in the way named `how`.
void change(const std::string &how, const std::string &path)
{
    const auto size = std::filesystem::file_size(path);
    if (how == "cut off")
        std::filesystem::resize_file(path, size / 2);
    else if (how == "emptied")
        std::filesystem::resize_file(path, 0);
    else if (how == "added to")
        std::ofstream(path, std::ios::binary | std::ios::app) << "more";
    else
        std::fstream(path, std::ios::binary | std::ios::in | std::ios::out).seekp(std::streamoff(size / 2)) << "other";
}

struct OnDisk {
    QTemporaryDir folder;
    std::string path = folder.filePath("model.safetensors").toStdString();

    explicit OnDisk(const std::string &bytes) { write(path, bytes); }

    std::shared_ptr<const nn::Model> model() const
    {
        return std::make_shared<const nn::Model>(
            weights::makeModel(weights::readCheckpoint(std::filesystem::path(path)).value(), {}).value());
    }
};

std::string smallFile()
{
    return test::safetensorsFile(test::smallParameters());
}

using Executor = std::unique_ptr<nn::Executor>;

Executor makeExecutor(const std::string &kind, std::shared_ptr<const nn::Model> model)
{
    if (kind == "reference")
        return reference::makeExecutor(std::move(model), "test");
    return engine::Device::makeExecutor(engine::Device::open({}).value(), std::move(model)).value();
}

Tensor picture()
{
    Tensor input({1, 3, 32, 32});
    for (std::size_t i = 0; i < input.values.size(); ++i)
        input.values[i] = float(i % 17) / 17 - 0.5f;
    return input;
}

/// Returns the error that `work` returns or throws; empty if it succeeds.
template <typename Work>
std::string complaint(Work work)
{
    try {
        const auto result = work();
        return result ? std::string() : result.error().message();
    } catch (const Error &error) {
        return error.message();
    } catch (const tl::bad_expected_access<Error> &access) {
        return access.error().message();
    }
}

void rows(const std::vector<const char *> &subjects)
{
    QTest::addColumn<QString>("subject");
    QTest::addColumn<QString>("how");
    for (const char *subject : subjects)
        for (const char *how : {"cut off", "emptied", "added to", "written to"})
            QTest::addRow("%s, %s", subject, how) << subject << how;
}

} // namespace

class ChangedFileTest : public QObject {
    Q_OBJECT

private slots:
    void a_tensor_of_a_file_that_has_changed_is_an_error_data()
    {
        rows({"zip-fp32.pth", "legacy-fp32.pth", "strided.pth", "safetensors"});
    }

    void a_tensor_of_a_file_that_has_changed_is_an_error()
    {
        QFETCH(QString, subject);
        QFETCH(QString, how);
        const OnDisk file(subject == "safetensors" ? smallFile()
                                                   : test::contentOf(test::fixtureFile(subject.toStdString())));
        const auto checkpoint = weights::readCheckpoint(std::filesystem::path(file.path));
        QVERIFY(checkpoint);
        change(how.toStdString(), file.path);
        for (const auto &[name, tensor] : checkpoint->tensors) {
            const std::string error = complaint([&]() -> Result<std::vector<float>> { return tensor.toFloats(); });
            QVERIFY2(error.starts_with(file.path + ": " + kChanged) || tensor.count() == 0, error.c_str());
        }
    }

    void no_executor_answers_from_a_file_that_changed_before_its_weights_were_read_data()
    {
        rows({"reference", "Vulkan"});
    }

    void no_executor_answers_from_a_file_that_changed_before_its_weights_were_read()
    {
        QFETCH(QString, subject);
        QFETCH(QString, how);
        const OnDisk file(smallFile());
        const auto model = file.model();
        change(how.toStdString(), file.path);
        const std::string error = complaint([&]() -> Result<nn::Forward> {
            return makeExecutor(subject.toStdString(), model)->forward(picture(), {});
        });
        QVERIFY2(error.find(kChanged) != std::string::npos, error.c_str());
    }

    void a_file_that_changes_between_a_picture_and_its_gradients_is_an_error_where_it_is_needed_data()
    {
        rows({"reference", "Vulkan"});
    }

    void a_file_that_changes_between_a_picture_and_its_gradients_is_an_error_where_it_is_needed()
    {
        QFETCH(QString, subject);
        QFETCH(QString, how);
        const OnDisk file(smallFile());
        const auto model = file.model();
        const Executor executor = makeExecutor(subject.toStdString(), model);
        const auto trace = executor->trace(picture(), {});
        QVERIFY(trace);
        change(how.toStdString(), file.path);
        const std::string error = complaint([&]() -> Result<std::vector<analysis::ParameterGradient>> {
            const auto gradients = TRY(nn::backward(**trace, {}, {}));
            return analysis::parameterGradients(*model, *gradients);
        });
        QVERIFY2(error.find(kChanged) != std::string::npos, error.c_str());
        const auto again = executor->forward(picture(), {}); // its weights were read before
        QVERIFY(again);
        QCOMPARE(again->logits.values, (*trace)->forward().logits.values);
    }

    void a_file_that_is_replaced_under_its_name_is_read_as_it_was()
    {
        const OnDisk file(smallFile());
        const auto expected = makeExecutor("reference", file.model())->forward(picture(), {});
        const auto model = file.model();
        write(file.path + ".new", "not a checkpoint");
        std::filesystem::rename(file.path + ".new", file.path);
        const auto forward = makeExecutor("Vulkan", model)->forward(picture(), {});
        QVERIFY(expected && forward);
        for (std::size_t i = 0; i < expected->logits.values.size(); ++i)
            QVERIFY(std::abs(expected->logits.values[i] - forward->logits.values[i]) < 1e-3f);
    }

    void a_file_that_is_written_twice_within_a_tick_of_its_clock_is_noticed()
    {
        const std::string bytes = smallFile();
        for (int i = 0; i < 20; ++i) {
            const OnDisk file(bytes);
            const auto checkpoint = weights::readCheckpoint(std::filesystem::path(file.path));
            QVERIFY(checkpoint);
            write(file.path, bytes);
            const std::string error =
                complaint([&]() -> Result<std::vector<float>> { return checkpoint->tensors.at("fc.bias").toFloats(); });
            QVERIFY2(error.find(kChanged) != std::string::npos, error.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(ChangedFileTest)
#include "changed_file_test.moc"
