// Variants of the convolution kernels: all agree, one is chosen by measuring, and the choice is remembered.
#include "engine/executor.h"
#include "engine/single_op.h"
#include "engine/validated_device.h"
#include "engine/winograd.h"
#include "nn/generated_parameters.h"
#include "reference/weighted_sums.h"
#include "support/compare.h"
#include "support/conv_cases.h"
#include "support/network_golden.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <set>

using namespace reslens;
using namespace reslens::engine;
using namespace reslens::test;

namespace {

const KernelChoice kChoice{TeamKind::Subgroup, 5};
constexpr std::uint64_t kShaders = 0x1234;

std::filesystem::path fileIn(const QTemporaryDir &folder)
{
    return std::filesystem::path(folder.path().toStdString()) / "kernels.txt";
}

void saveOne(const std::filesystem::path &file)
{
    KernelChoices choices(file, kShaders);
    choices.put("conv2d 3x3/1+1 64>64 g1 1x56x56", kChoice);
    choices.save();
}

} // namespace

class KernelChoicesTest : public QObject {
    Q_OBJECT
private slots:
    void what_was_saved_is_found_again()
    {
        const QTemporaryDir folder;
        saveOne(fileIn(folder));
        const KernelChoices choices(fileIn(folder), kShaders);
        QCOMPARE(choices.count(), std::size_t(1));
        QVERIFY(choices.find("conv2d 3x3/1+1 64>64 g1 1x56x56") == kChoice);
        QVERIFY(!choices.find("conv2d 3x3/1+1 64>64 g1 1x28x28"));
    }

    void choices_among_other_shaders_are_forgotten()
    {
        const QTemporaryDir folder;
        saveOne(fileIn(folder));
        QCOMPARE(KernelChoices(fileIn(folder), kShaders + 1).count(), std::size_t(0));
    }

    void damaged_lines_are_left_out()
    {
        const QTemporaryDir folder;
        saveOne(fileIn(folder));
        std::ofstream(fileIn(folder), std::ios::app)
            << "subgroup -3 direct a\nherd 5 direct b\nsubgroup 100000 direct c\nsubgroup 5 magic d\nsubgroup\n\n\xff";
        QCOMPARE(KernelChoices(fileIn(folder), kShaders).count(), std::size_t(1));
        std::ofstream(fileIn(folder)) << std::string(1000, '\0');
        QCOMPARE(KernelChoices(fileIn(folder), kShaders).count(), std::size_t(0));
    }

    void what_two_programs_measured_is_kept_of_both()
    {
        const QTemporaryDir folder;
        KernelChoices first(fileIn(folder), kShaders), second(fileIn(folder), kShaders);
        first.put("a", kChoice);
        first.save();
        second.put("b", kChoice);
        second.save();
        QCOMPARE(KernelChoices(fileIn(folder), kShaders).count(), std::size_t(2));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1); // and no other file
    }

    void only_a_choice_that_changes_something_lets_passes_be_recorded_anew()
    {
        KernelChoices choices;
        choices.put("a", kChoice, true);
        QCOMPARE(choices.version(), 0);
        choices.put("b", kChoice);
        QCOMPARE(choices.version(), 1);
    }

    void the_form_of_an_image_decides_that_of_a_batch()
    {
        ValidatedKernels device;
        const PackedConvolution packed = packedLayout({16, 16, 3, 1, 1});
        const ConvolutionTask one{"conv2d", packed, {1, 16, 32, 32}, {1, 16, 32, 32}},
            batch{"conv2d", packed, {8, 16, 32, 32}, {8, 16, 32, 32}};
        KernelStore &store = *device.store;
        QVERIFY(!store.choiceFor(one).isWinograd && !store.choiceFor(batch).isWinograd);
        const KernelChoice winograd{store.team().kind, 16, true};
        store.choices().put(batch.key(), winograd); // measured, but not for a single image
        QVERIFY(!store.choiceFor(batch).isWinograd);
        store.choices().put(one.key(), winograd);
        QVERIFY(store.choiceFor(batch).isWinograd);
        store.choices().put(batch.key(), {TeamKind::Alone, 7});
        QVERIFY(store.choiceFor(batch).isWinograd);
        QVERIFY(store.spareMemory());
        QVERIFY(!store.choiceFor(one).isWinograd && !store.choiceFor(batch).isWinograd);
    }

    void an_impossible_choice_is_not_taken()
    {
        ValidatedKernels device;
        const PackedConvolution packed = packed1x1();
        const ConvolutionTask task{"conv2d", packed, {1, 64, 8, 8}, {1, 64, 8, 8}};
        device.store->choices().put(task.key(), {TeamKind::Group, 3});
        QVERIFY(device.store->choiceFor(task) == candidates(task, device.context->facts()).front());
    }

    void winograd_is_no_choice_where_its_weights_cannot_be_bound()
    {
        const ValidatedKernels device;
        const nn::Conv2d op{64, 64, 3, 1, 1};
        const PackedConvolution packed = packedLayout(op);
        const ConvolutionTask task{"conv2d", packed, {1, 64, 56, 56}, {1, 64, 56, 56}};
        vulkan::DeviceFacts facts = device.context->facts();
        const auto hasWinograd = [&] {
            const std::vector<KernelChoice> all = candidates(task, facts);
            return std::any_of(all.begin(), all.end(), [](const auto &choice) { return choice.isWinograd; });
        };
        const std::uint32_t texels = std::uint32_t(winograd::weightFloats(op) / 4);
        facts.maxTexelBufferElements = texels;
        QVERIFY(hasWinograd());
        facts.maxTexelBufferElements = texels - 1;
        QVERIFY(!hasWinograd());
    }

    void winograd_is_no_choice_for_a_dilated_convolution()
    {
        const ValidatedKernels device;
        for (const int dilation : {1, 2}) {
            const PackedConvolution packed = packedLayout({64, 64, 3, 1, 1, 1, dilation});
            const ConvolutionTask task{"conv2d", packed, {1, 64, 56, 56}, {1, 64, 56, 56}};
            QCOMPARE(std::ranges::any_of(candidates(task, device.context->facts()), &KernelChoice::isWinograd),
                     dilation == 1);
        }
    }

    void a_dilation_is_part_of_the_key_of_a_choice()
    {
        const PackedConvolution packed = packedLayout({64, 64, 3, 1, 2, 1, 2});
        const ConvolutionTask task{"conv2d", packed, {1, 64, 56, 56}, {1, 64, 56, 56}};
        QCOMPARE(task.key(), std::string("conv2d 3x3/1+2 64>64 g1 d2 1x56x56"));
    }

    void winograd_is_the_default_of_an_image_with_work_enough_and_few_weights()
    {
        vulkan::DeviceFacts software;
        software.kind = vulkan::DeviceKind::Cpu;
        software.maxInvocations = 1024;
        software.maxTexelBufferElements = 1u << 27;
        software.maxStorageBufferRange = 1u << 30;
        software.shuffledSubgroup = 8;
        const auto isDefault = [&](int channels, int images, int side) {
            const PackedConvolution packed = packedLayout({channels, channels, 3, 1, 1});
            const Shape shape{images, channels, side, side};
            return candidates(ConvolutionTask{"conv2d", packed, shape, shape}, software).front().isWinograd;
        };
        QVERIFY(isDefault(64, 1, 56));
        QVERIFY(isDefault(128, 1, 28));
        QVERIFY(!isDefault(256, 1, 14)); // its weights
        QVERIFY(!isDefault(16, 1, 32));  // its work
        QVERIFY(!isDefault(16, 64, 32)); // a batch uses its images' kernel
    }

    void every_variant_gives_the_same_bits_data()
    {
        QTest::addColumn<int>("index");
        // A few kinds, with every number of quads: each variant is a pipeline to compile.
        const std::set<std::string> chosen{"ImageNet stem", "3x3, batch 3", "1x1 projection, stride 2, odd size",
                                           "32 groups of 4"};
        for (int i = 0; i < int(std::size(kConvCases)); ++i)
            if (chosen.contains(kConvCases[i].name))
                QTest::newRow(kConvCases[i].name) << i;
    }
    void every_variant_gives_the_same_bits()
    {
        QFETCH(int, index);
        const ConvCase &c = kConvCases[index];
        ValidatedKernels device;
        const Tensor x = inputOf(c), w = weightsOf(c);
        const PackedConvolution packed = packedLayout(c.op);
        const auto run = [&] {
            return SingleOp(c.op.channelsIn).add(c.op).weights(w).addBatchNorm(c.op.channelsOut).run(*device.store, x);
        };
        const Tensor expected = run();
        const ConvolutionTask task{"conv2d", packed, x.shape, expected.shape};
        const std::vector<KernelChoice> all = device.store->possibleFor(task);
        QVERIFY(all.size() >= 3);
        for (const KernelChoice &choice : all) {
            device.store->choices().put(task.key(), choice);
            QVERIFY(device.store->choiceFor(task) == choice);
            if (!choice.isWinograd)
                QVERIFY2(run().values == expected.values,
                         makeTeam(choice.team, device.context->facts()).flavour("conv2d").c_str());
        }
        QCOMPARE(device.context->messageCount(), 0);
    }

    void every_variant_of_a_gradient_gives_the_same_bits_data() { every_variant_gives_the_same_bits_data(); }
    void every_variant_of_a_gradient_gives_the_same_bits()
    {
        QFETCH(int, index);
        const ConvCase &c = kConvCases[index];
        ValidatedKernels device;
        const Tensor x = inputOf(c), w = weightsOf(c), gy = generatedTensor("gy", reference::conv2d(c.op, x, w).shape);
        const auto run = [&] { return gradients(*device.store, c.op, x, w, gy); };
        const SingleOp::Gradients expected = run();
        const PackedConvolution packed = packedLayout(transposed(c.op));
        const ConvolutionTask ofInput{"conv2d_backward_input", packed, gy.shape, x.shape};
        for (const KernelChoice &choice : device.store->possibleFor(ofInput)) {
            device.store->choices().put(ofInput.key(), choice);
            if (!choice.isWinograd)
                QVERIFY2(run().x.values == expected.x.values, nameOf(choice, device));
        }
        const WeightGradientTask ofWeights{c.op, x.shape, gy.shape};
        const std::vector<KernelChoice> all = candidates(ofWeights, device.context->facts());
        QVERIFY(all.size() >= 2);
        for (const KernelChoice &choice : all) {
            device.store->choices().put(ofWeights.key(), choice);
            QVERIFY(device.store->choiceFor(ofWeights) == choice);
            QVERIFY2(run().weights == expected.weights, nameOf(choice, device));
        }
        QCOMPARE(device.context->messageCount(), 0);
    }

    void both_modes_give_the_same_bits_between_two_choices()
    {
        const auto device = Device::open({.validates = true, .onMessage = printMessage});
        QVERIFY(device);
        const auto executor = Device::makeExecutor(*device, generatedModel("resnet20"));
        QVERIFY(executor);
        const Tensor input = nn::generateInput({1, 3, 32, 32});
        KernelStore &kernels = dynamic_cast<VulkanExecutor &>(**executor).kernels();
        const auto direct = (*executor)->forward(input, {});
        QVERIFY(direct);
        kernels.choices().put("conv2d 3x3/1+1 16>16 g1 1x32x32",
                              {kernels.team().kind, winograd::kTile * winograd::kTile, true});
        const auto fast = (*executor)->forward(input, {});
        const auto trace = (*executor)->trace(input, {});
        QVERIFY(fast && trace);
        QVERIFY(fast->logits.values != direct->logits.values); // the choice was taken
        QCOMPARE(fast->logits.values, (*trace)->forward().logits.values);
        QCOMPARE((*device)->messageCount(), 0);
    }

    void tuning_measures_every_shape_once_changes_only_rounding_and_leaves_no_memory_behind()
    {
        const QTemporaryDir folder;
        const auto device =
            Device::open({.validates = true, .onMessage = printMessage, .cacheFolder = folder.path().toStdString()});
        QVERIFY(device);
        const auto executor = Device::makeExecutor(*device, generatedModel("resnet20"));
        QVERIFY(executor);
        const Tensor input = nn::generateInput({1, 3, 32, 32});
        const auto before = (*executor)->forward(input, {});
        QVERIFY(before);
        const std::size_t bytes = (*executor)->memoryBytes();
        std::stop_source stopped;
        stopped.request_stop();
        const auto none = (*executor)->tune(input.shape, stopped.get_token());
        QVERIFY(!none && none.error().kind == ErrorKind::Cancelled);
        int left = 1, turns = 0;
        for (; left > 0; ++turns)
            left = (*executor)->tune(input.shape, {}).value();
        QCOMPARE(turns, 7); // stem, three stages' shapes (two more for strides), head
        QCOMPARE((*executor)->tune(input.shape, {}).value(), 0);
        QCOMPARE((*executor)->memoryBytes(), bytes); // rejected variants leave no weights
        const auto after = (*executor)->forward(input, {});
        QVERIFY(after);
        QVERIFY(relativeError(after->logits, before->logits) <= 1e-5); // other forms round differently
        QVERIFY(!QDir(folder.path()).entryList({"kernels-*.txt"}).isEmpty());
        QCOMPARE((*device)->messageCount(), 0);

        const auto later = Device::open({.cacheFolder = folder.path().toStdString()});
        QVERIFY(later);
        QCOMPARE((*Device::makeExecutor(*later, generatedModel("resnet20")))->tune(input.shape, {}).value(), 0);
    }

private:
    static SingleOp::Gradients gradients(KernelStore &store, const nn::Conv2d &op, const Tensor &x, const Tensor &w,
                                         const Tensor &gy)
    {
        return SingleOp(op.channelsIn).add(op).weights(w).addBatchNorm(op.channelsOut).runBackward(store, x, gy);
    }

    static QByteArray nameOf(const KernelChoice &choice, const ValidatedKernels &device)
    {
        return QByteArray::fromStdString(makeTeam(choice.team, device.context->facts()).flavour("")) + " " +
               QByteArray::number(choice.tile);
    }

    static PackedConvolution packed1x1() { return packedLayout({64, 64, 1}); }
};

QTEST_GUILESS_MAIN(KernelChoicesTest)
#include "kernel_choices_test.moc"
