// Of several networks in a file the first by a stated order is used; a person can choose another by its path.
#include "weights/network_choice.h"

#include "weights/checkpoint_bytes.h"

#include <QTest>

using namespace reslens;

namespace {

constexpr const char *kBlock = "layer1.0.conv1.weight";

std::vector<std::string> pathsOf(const std::vector<weights::NetworkInFile> &networks)
{
    std::vector<std::string> paths;
    for (const weights::NetworkInFile &network : networks)
        paths.push_back(network.path());
    return paths;
}

std::vector<weights::NetworkInFile> fourNetworks()
{
    const std::string block = kBlock;
    const std::vector<weights::KeysOfDictionary> dictionaries{
        {"model_ema", {block}},
        {"state_dict", {"module.encoder_k." + block, "module.encoder_q." + block}},
        {"", {block}},
    };
    return weights::networksOf(dictionaries);
}

/// The small network as "student." and, with another head, as "teacher.".
std::string studentAndTeacher()
{
    nn::Parameters both;
    for (const auto &[name, tensor] : test::smallParameters()) {
        both.emplace("student." + name, tensor);
        both.emplace("teacher." + name, tensor);
    }
    both.at("teacher.fc.bias") = storeFloats({3}, {7, 8, 9});
    return test::safetensorsFile(both);
}

} // namespace

class NetworkChoiceTest : public QObject {
    Q_OBJECT

private slots:
    void weights_in_training_come_first_and_then_the_order_of_the_file()
    {
        QCOMPARE(pathsOf(fourNetworks()), (std::vector<std::string>{"state_dict.module.encoder_q", ".", "model_ema",
                                                                    "state_dict.module.encoder_k"}));
    }

    void a_network_is_chosen_by_its_path_or_by_a_part_of_it()
    {
        const auto networks = fourNetworks();
        const auto chosen = [&](const std::string &wanted) {
            return *weights::chooseNetwork(networks, wanted, "file");
        };
        QCOMPARE(chosen(""), 0u);
        QCOMPARE(chosen("."), 1u);
        QCOMPARE(chosen("model_ema"), 2u);
        QCOMPARE(chosen("state_dict.module.encoder_k."), 3u);
        QCOMPARE(chosen("encoder_k"), 3u);
        QCOMPARE(chosen("module.encoder_k"), 3u);
        QCOMPARE(chosen("module"), 0u);
        QCOMPARE(chosen("state_dict"), 0u);
        QCOMPARE(chosen("state_dict.module"), 0u);
    }

    void an_unknown_path_is_refused_with_those_that_there_are()
    {
        const auto refused = weights::chooseNetwork(fourNetworks(), "ema", "file");
        QVERIFY(!refused);
        QCOMPARE(refused.error().message(), std::string("file: holds no residual network under 'ema'; it holds "
                                                        "'state_dict.module.encoder_q', '.', 'model_ema', "
                                                        "'state_dict.module.encoder_k'"));
    }

    void what_was_chosen_is_one_line()
    {
        const auto note = [](const weights::NetworkInFile &network) { return weights::choiceNote({network}, 0); };
        QCOMPARE(note({"", "", 1}), std::string());
        QCOMPARE(note({"ema", "", 1}), std::string("the network stands under 'ema'"));
        QCOMPARE(note({"", "module.", 1}), std::string("the network stands under the prefix 'module.'"));
        QCOMPARE(weights::choiceNote(fourNetworks(), 1),
                 std::string("the network at the top of the file is used; --weights takes another: "
                             "'state_dict.module.encoder_q', 'model_ema', 'state_dict.module.encoder_k'"));
    }

    void the_chosen_network_is_the_one_that_runs()
    {
        const std::string bytes = studentAndTeacher();
        const auto biasOf = [&](const std::string &wanted) {
            const weights::Source source(std::as_bytes(std::span(bytes)));
            const auto model = weights::makeModel(*weights::readCheckpoint(source, "file", {wanted}), {});
            return model->parameters.at("fc.bias").toFloats();
        };
        QCOMPARE(biasOf("teacher"), (std::vector<float>{7, 8, 9}));
        QVERIFY(biasOf("student") != (std::vector<float>{7, 8, 9}));
        QCOMPARE(biasOf(""), biasOf("student"));
    }
};

QTEST_GUILESS_MAIN(NetworkChoiceTest)
#include "network_choice_test.moc"
