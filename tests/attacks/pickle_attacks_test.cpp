// Pickles that would run code in Python, or wear down a careless reader.
#include "attacks/attack_row.h"
#include "weights/pickle.h"
#include "weights/pickle_writer.h"

#include <QDir>
#include <QFile>

using namespace reslens;
using test::PickleWriter;

namespace {

constexpr const char *kTrace = "/tmp/reslens-was-here";

/// Writes a good tensor under "w", and `payload` (the opcodes of one value) under "extra".
std::string beside(const PickleWriter &payload)
{
    PickleWriter object;
    object.raw("}(").text("extra").raw(payload.body()).text("w").tensor("FloatStorage", "0", 1, 0, {1}, {1});
    return test::legacyFile(object.raw("u").finished(), {{"0", 1, test::littleEndian(1.0f)}});
}

void payloadColumns()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QString>("global");
}

void payloadRow(const char *name, const PickleWriter &payload, const char *global)
{
    const std::string body = payload.body();
    QTest::newRow(name) << QByteArray(body.data(), qsizetype(body.size())) << global;
}

PickleWriter callOf(const std::string &module, const std::string &name)
{
    return PickleWriter().call(module, name, "touch /tmp/reslens-was-here");
}

} // namespace

class PickleAttacksTest : public QObject {
    Q_OBJECT

private slots:
    void init() { QFile::remove(kTrace); }

    void code_in_a_checkpoint_stays_a_name_data()
    {
        payloadColumns();
        payloadRow("os.system", callOf("os", "system"), "os.system");
        payloadRow("posix.system", callOf("posix", "system"), "posix.system");
        payloadRow("eval", callOf("builtins", "eval"), "builtins.eval");
        payloadRow("exec", callOf("__builtin__", "exec"), "__builtin__.exec");
        payloadRow("import", callOf("builtins", "__import__"), "builtins.__import__");
        payloadRow("webbrowser", callOf("webbrowser", "open"), "webbrowser.open");
        payloadRow("torch.load", callOf("torch", "load"), "torch.load");
        payloadRow("a relative of an allowed name", callOf("torch._utils", "_import_dotted_name"),
                   "torch._utils._import_dotted_name");
        payloadRow("a dotted storage", callOf("torch", "storage._load_from_bytes.Storage"),
                   "torch.storage._load_from_bytes.Storage");
        payloadRow("NEWOBJ", PickleWriter().global("subprocess", "Popen").text("id").raw("\x85\x81"),
                   "subprocess.Popen");
        payloadRow("NEWOBJ_EX", PickleWriter().global("subprocess", "Popen").text("id").raw("\x85}\x92"),
                   "subprocess.Popen");
        payloadRow("STACK_GLOBAL", PickleWriter().text("os").text("system").raw("\x93").text("id").raw("\x85R"),
                   "os.system");
        payloadRow("from the memo",
                   PickleWriter()
                       .global("os", "system")
                       .raw("q\x07"
                            "0h\x07")
                       .text("id")
                       .raw("\x85R"),
                   "os.system");
        payloadRow("BUILD with a state",
                   PickleWriter()
                       .global("argparse", "Namespace")
                       .raw(")R}")
                       .text("__setstate__")
                       .global("os", "system")
                       .raw("sb"),
                   "os.system");
        payloadRow("a call of a call", PickleWriter().call("builtins", "getattr", "system").text("id").raw("\x85R"),
                   "builtins.getattr");
        payloadRow("OrderedDict that is updated",
                   PickleWriter()
                       .global("collections", "OrderedDict")
                       .raw(")R")
                       .text("k")
                       .raw(callOf("os", "system").body())
                       .raw("s"),
                   "os.system");
    }

    void code_in_a_checkpoint_stays_a_name()
    {
        QFETCH(QByteArray, payload);
        QFETCH(QString, global);
        const auto checkpoint = test::read(beside(PickleWriter().raw(payload.toStdString())));
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        const auto &globals = checkpoint->foreignGlobals;
        QVERIFY(std::find(globals.begin(), globals.end(), global.toStdString()) != globals.end());
        QVERIFY(checkpoint->inertEntries.contains("extra"));
        QCOMPARE(checkpoint->tensors.at("w").toFloats(), std::vector<float>{1});
        QVERIFY2(!QFile::exists(kTrace), "something was executed");
    }

    void a_call_in_place_of_a_tensor_or_storage_refuses_that_tensor()
    {
        nn::Parameters parameters = test::smallParameters();
        parameters.erase("fc.bias");
        const auto withBias = [&](const PickleWriter &bias) {
            PickleWriter object;
            object.raw("}(").text("fc.bias").raw(bias.body()).text("w").tensor("FloatStorage", "0", 1, 0, {1}, {1});
            auto checkpoint =
                test::read(test::legacyFile(object.raw("u").finished(), {{"0", 1, test::littleEndian(1.0f)}}));
            if (!checkpoint)
                return checkpoint.error().message();
            checkpoint->tensors = parameters;
            return test::modelError(*checkpoint);
        };
        const std::string direct = withBias(callOf("os", "system"));
        QVERIFY2(direct.find("'fc.bias' is an object that Python would make with os.system") != std::string::npos,
                 direct.c_str());
        const PickleWriter storage = PickleWriter()
                                         .global("torch._utils", "_rebuild_tensor_v2")
                                         .raw("(")
                                         .raw(callOf("os", "system").body())
                                         .number(0)
                                         .numbers({1})
                                         .numbers({1})
                                         .raw("tR");
        const std::string inner = withBias(storage);
        QVERIFY2(inner.find("'fc.bias' is an object that Python would make with torch._utils._rebuild_tensor_v2") !=
                     std::string::npos,
                 inner.c_str());
        QVERIFY(!QFile::exists(kTrace));
    }

    void a_call_in_any_pickle_of_a_legacy_file_is_named_data()
    {
        QTest::addColumn<int>("pickle");
        QTest::newRow("magic number") << 0;
        QTest::newRow("protocol version") << 1;
        QTest::newRow("system") << 2;
        QTest::newRow("object") << 3;
        QTest::newRow("storage keys") << 4;
    }

    void a_call_in_any_pickle_of_a_legacy_file_is_named()
    {
        QFETCH(int, pickle);
        std::string file = beside(PickleWriter().raw("N"));
        std::size_t at = 0;
        for (int before = 0; before < pickle; ++before) {
            const auto rest = std::as_bytes(std::span(file).subspan(at));
            at += weights::readPickle(rest, at, "bytes")->bytes.size();
        }
        file.insert(at + 2, callOf("os", "system").body() + "0"); // after PROTO; POP forgets what the call gave
        const auto checkpoint = test::read(file);
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        QCOMPARE(checkpoint->foreignGlobals, std::vector<std::string>{"os.system"});
        QCOMPARE(checkpoint->notes,
                 std::vector<std::string>{"in Python this file would call os.system; here it stays inert"});
    }

    void classes_of_layers_share_a_note_and_a_function_behind_one_does_not()
    {
        const auto notesOf = [](const char *module, const char *name) {
            return test::read(beside(callOf(module, name)))->notes;
        };
        const char *const layer =
            "in Python this file would make objects of classes of layers, which stay inert here: ";
        QCOMPARE(notesOf("torch.nn.modules.conv", "Conv2d"),
                 std::vector<std::string>{layer + std::string("torch.nn.modules.conv.Conv2d")});
        for (const char *name : {"functools.partial", "Module.__init__", "warnings.sys.modules", "load"})
            QCOMPARE(notesOf("torch.nn.modules.module", name),
                     std::vector<std::string>{"in Python this file would call torch.nn.modules.module." +
                                              std::string(name) + "; here it stays inert"});
        QCOMPARE(notesOf("torchvision.models", "os.System"),
                 std::vector<std::string>{layer + std::string("torchvision.models.os.System")});
        QCOMPARE(notesOf("torchvision.models", "resnet.os.system"),
                 std::vector<std::string>{"in Python this file would call torchvision.models.resnet.os.system; here it "
                                          "stays inert"});
    }

    void files_whose_hidden_call_pytorch_runs_are_refused_or_name_it()
    {
        const QDir folder(qEnvironmentVariable("RESLENS_SHARED") + "/data/wild/attacks");
        if (!folder.exists())
            QSKIP("RESLENS_SHARED has no data/wild/attacks");
        const auto readFile = [&](const char *name) {
            return weights::readCheckpoint(std::filesystem::path(folder.filePath(name).toStdString()));
        };
        const auto named = readFile("call-in-legacy-preamble.pth");
        QVERIFY(named);
        QCOMPARE(named->foreignGlobals, std::vector<std::string>{"os.system"});
        const auto refused = readFile("frame-straddled-by-a-payload.pth");
        QVERIFY(!refused);
        QVERIFY(refused.error().message().find("crosses the end of its frame") != std::string::npos);
    }

    void pytorchs_own_hostile_files_do_nothing()
    {
        for (const auto &[name, under] :
             {std::pair("hostile-beside.pth", "'state_dict'"), {"hostile-legacy.pth", "'net'"}}) {
            const auto model = weights::makeModel(*test::read(test::contentOf(test::fixtureFile(name))), {});
            QVERIFY(model);
            QCOMPARE(model->notes,
                     (std::vector<std::string>{std::string("the network stands under ") + under,
                                               "in Python this file would call posix.system; here it stays inert"}));
        }
        const auto within = test::read(test::contentOf(test::fixtureFile("hostile-within.pth")));
        QVERIFY(within);
        const std::string error = test::modelError(*within);
        QVERIFY2(error.find("'fc.bias' is an object that Python would make with __builtin__.eval") != std::string::npos,
                 error.c_str());
        QVERIFY2(!QFile::exists(kTrace), "something was executed");
    }

    void a_malformed_pickle_is_refused_data()
    {
        test::attackColumns();
        const auto row = [](const char *name, const PickleWriter &pickle, const char *phrase) {
            test::attackRow(name, test::legacyFile(pickle.finished(), {}), phrase);
        };
        row("empty", PickleWriter(), "stops with 0 values");
        row("two values", PickleWriter().raw("NN"), "stops with 2 values");
        row("protocol 0's STRING", PickleWriter().raw("S'os'\n"), "has the opcode 'S' (83)");
        row("INST", PickleWriter().raw("(ios\nsystem\n"), "has the opcode 'i' (105)");
        row("OBJ", PickleWriter().raw("(cos\nsystem\no"), "has the opcode 'o' (111)");
        row("EXT1", PickleWriter().raw("\x82\x01"), "has the opcode");
        row("protocol 6", PickleWriter(6).raw("N"), "is of protocol 6; 2 to 5 are read");
        row("NEXT_BUFFER", PickleWriter(5).raw("\x97"), "has the opcode");
        row("protocol 1", PickleWriter(1).raw("N"), "is of protocol 1");
        row("memo never stored", PickleWriter().raw("h\x01"), "recalls memo 1, which was never stored");
        row("memo of nothing", PickleWriter().raw("q\x01"), "takes a value from an empty stack");
        row("tuple without mark", PickleWriter().raw("NNt"), "needs a mark and there is none");
        row("pop through a mark", PickleWriter().raw("N(\x85"), "takes a value from an empty stack");
        row("key without value", PickleWriter().raw("}(Nu"), "sets a key without a value");
        row("items into a number", PickleWriter().raw("K\x01Na"), "adds items to a number");
        row("items into a tuple", PickleWriter().raw(")Na"), "adds items of another kind to a tuple");
        row("call without a tuple", PickleWriter().global("os", "system").raw("]R"), "calls with a list");
        row("global by number", PickleWriter().raw("K\x01K\x02\x93"), "something that is not text");
        row("text longer than the file",
            PickleWriter().raw("X\xff\xff\xff\x7f"
                               "a"),
            "ends before its STOP");
        row("text of 2^64-1", PickleWriter(4).raw("\x8d" + std::string(8, '\xff')), "ends before its STOP");
        row("LONG4 of -1", PickleWriter().raw("\x8b" + std::string(4, '\xff')), "ends before its STOP");
        row("frame beyond the end", PickleWriter(4).raw("\x95" + std::string(7, '\xff') + '\x7f'),
            "ends before its STOP");
        const std::string nine = "\x95\x09" + std::string(7, '\0'), two = "\x95\x02" + std::string(7, '\0');
        row("frame within a frame", PickleWriter(4).raw(nine + two + "N"), "begins a frame within another frame");
        row("payload across a frame's end", PickleWriter(4).raw(two + "B" + std::string("\x02\0\0\0", 4) + "NN"),
            "crosses the end of its frame");
        row("STOP within a frame", PickleWriter(4).raw(nine + "N.NNNNNN"), "a STOP opcode before the end of its frame");
        row("persistent id of text", PickleWriter().text("x").raw("Q"), "not one of PyTorch's");
        row("unknown persistent id", PickleWriter().raw("(").text("file").raw("NNNNtQ"), "not one of PyTorch's");
        row("storage of -1 elements", PickleWriter().storage("FloatStorage", "0", -1), "not one of PyTorch's");
        row("OrderedDict of a number", PickleWriter().global("collections", "OrderedDict").raw("K\x01\x85R"),
            "calls OrderedDict with something other");
        row("no dictionary", PickleWriter().raw("]"), "holds a list where a state dict is expected");
        row("nothing in it", PickleWriter().raw("}"), "holds no state dict: the dictionary in it has nothing");
        row("wrapped in itself", PickleWriter().raw("}q\x01").text("model").raw("h\x01s"),
            "holds no state dict: the dictionary in it has 'model'");
    }

    void a_malformed_pickle_is_refused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, phrase);
        QCOMPARE(test::attackFailure(bytes, phrase), QByteArray());
    }

    void every_opcode_survives_an_empty_stack_and_one_of_the_wrong_kind()
    {
        for (int opcode = 0; opcode < 256; ++opcode)
            for (const char *before : {"", "N", "NN", "NNN", "(", "((", "K\x01K\x02", "))", "]}", "}]"})
                for (const char *after : {"", "\1", "\1\1\1\1\1\1\1\1", "a\nb\n"}) {
                    const std::string bytes =
                        PickleWriter().raw(before + std::string(1, char(opcode)) + after).finished();
                    const auto pickle = weights::readPickle(std::as_bytes(std::span(bytes)), 0, "data.pkl");
                    if (!pickle)
                        QVERIFY(pickle.error().offset.has_value() && *pickle.error().offset <= bytes.size());
                }
    }

    void a_billion_laughs_are_refused_or_read_at_once()
    {
        PickleWriter object; // each list holds the previous one ten times: 10^60 leaves if unfolded
        object.raw("]");
        for (int level = 0; level < 60; ++level)
            object.raw("q\x01"
                       "0](h\x01h\x01h\x01h\x01h\x01h\x01h\x01h\x01h\x01h\x01"
                       "e");
        const std::string file = test::legacyFile(object.finished(), {});
        QCOMPARE(test::attackFailure(QByteArray::fromStdString(file), "holds a list"), QByteArray());
    }

    void a_key_that_stands_twice_beside_tensors_is_refused()
    {
        for (const PickleWriter &second :
             {PickleWriter().tensor("FloatStorage", "0", 1, 0, {1}, {1}), callOf("os", "system")}) {
            PickleWriter object;
            object.raw("}(").text("w").tensor("FloatStorage", "0", 1, 0, {1}, {1}).text("w").raw(second.body());
            const std::string file = test::legacyFile(object.raw("u").finished(), {{"0", 1, test::littleEndian(1.0f)}});
            QCOMPARE(test::attackFailure(QByteArray::fromStdString(file), "has the key 'w' twice"), QByteArray());
        }
    }

    void a_container_may_hold_itself_and_reading_still_ends()
    {
        const std::string file = beside(PickleWriter().raw("]q\x01h\x01"
                                                           "a"));
        const auto checkpoint = test::read(file);
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message().c_str());
        QCOMPARE(checkpoint->inertEntries.at("extra"), std::string("a list"));
    }

    void containers_that_grow_after_they_were_nested_are_limited()
    {
        // Each list gets the next one while it is itself still empty, so that none of them ever seems deep.
        const auto nested = [](int levels) {
            PickleWriter object;
            object.raw("]q" + std::string(1, '\0'));
            for (int level = 1; level < levels; ++level)
                object.raw("h" + std::string(1, char(level - 1)) + "]q" + std::string(1, char(level)) + "a0");
            object.raw("h" + std::string(1, char(levels - 1)));
            object.raw(PickleWriter().raw("}").text("w").tensor("FloatStorage", "0", 1, 0, {1}, {1}).raw("s").body());
            object.raw("a");
            return test::legacyFile(object.raw("0").finished(), {{"0", 1, test::littleEndian(1.0f)}});
        };
        QVERIFY2(test::readError(nested(126)).empty(), test::readError(nested(126)).c_str());
        QCOMPARE(test::attackFailure(QByteArray::fromStdString(nested(127)), "nests deeper than 128 levels"),
                 QByteArray());
    }

    void dictionaries_that_share_their_content_over_and_over_are_limited()
    {
        PickleWriter object; // each dictionary holds the previous one ten times: 10^20 paths to one tensor
        object.raw("}").text("w").tensor("FloatStorage", "0", 1, 0, {1}, {1}).raw("s");
        for (int level = 0; level < 20; ++level) {
            object.raw("q\x01"
                       "0}(");
            for (char key = 'a'; key < 'k'; ++key)
                object.text(std::string(1, key)).raw("h\x01");
            object.raw("u");
        }
        const std::string file = test::legacyFile(object.finished(), {{"0", 1, test::littleEndian(1.0f)}});
        QCOMPARE(test::attackFailure(QByteArray::fromStdString(file), "dictionaries, modules and tensors"),
                 QByteArray());
    }

    void many_calls_on_one_large_argument_take_no_time()
    {
        PickleWriter object; // a tuple of 200,000 values as the shape of 20,000 tensors
        object.raw("(")
            .raw(std::string(200'000, '\x89'))
            .raw("tq\x01"
                 "0")
            .storage("FloatStorage", "0", 1)
            .raw("q\x02"
                 "0(");
        for (int i = 0; i < 20'000; ++i)
            object.global("torch._utils", "_rebuild_tensor_v2")
                .raw("(h\x02K\0h\x01h\x01"
                     "tR");
        const std::string file = test::legacyFile(object.raw("l").finished(), {});
        QCOMPARE(test::attackFailure(QByteArray::fromStdString(file), "pickle"), QByteArray());
    }
};

QTEST_GUILESS_MAIN(PickleAttacksTest)
#include "pickle_attacks_test.moc"
