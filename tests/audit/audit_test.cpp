// An audit names what Python would import and call, in every pickle of every container, and says what is odd.
#include "audit/file_audit.h"
#include "audit/pickle_audit.h"
#include "weights/limits.h"
#include "weights/pickle_writer.h"
#include "weights/zip_writer.h"

#include <QTest>

#include <algorithm>

using namespace reslens;
using namespace reslens::test;
using namespace std::string_literals;

namespace {

audit::PickleAudit audited(const std::string &pickle)
{
    return audit::auditPickle(std::as_bytes(std::span(pickle)), 0, "bytes");
}

/// "os.system('touch x') posix.popen": calls, then what is only imported.
QString namesIn(const audit::FileAudit &found)
{
    std::string text;
    for (const audit::NamedCall &call : found.calls) {
        text += (text.empty() ? "" : " ") + call.name;
        for (std::size_t i = 0; call.isCalled && i < call.arguments.size(); ++i)
            text += (i == 0 ? "(" : ", ") + call.arguments[i];
        text += call.isCalled ? call.arguments.empty() ? "()" : ")" : "";
    }
    return QString::fromStdString(text);
}

audit::FileAudit auditedFile(const std::string &bytes)
{
    return audit::auditSource(weights::Source(std::as_bytes(std::span(bytes))), "file");
}

bool hasOddity(const audit::FileAudit &found, const std::string &phrase)
{
    return std::ranges::any_of(found.oddities,
                               [&](const std::string &oddity) { return oddity.find(phrase) != std::string::npos; });
}

std::string shortText(const std::string &text)
{
    return "\x8c" + std::string(1, char(text.size())) + text;
}

std::string calling(const std::string &module, const std::string &name)
{
    return PickleWriter().call(module, name, "touch x").finished();
}

} // namespace

class AuditTest : public QObject {
    Q_OBJECT

private slots:
    void every_way_to_import_is_named_data()
    {
        QTest::addColumn<QByteArray>("pickle");
        const auto row = [](const char *name, const std::string &pickle) {
            QTest::newRow(name) << QByteArray(pickle.data(), qsizetype(pickle.size()));
        };
        row("GLOBAL and REDUCE", "cos\nsystem\n(S'touch x'\ntR.");
        row("INST", "(S'touch x'\nios\nsystem\n.");
        row("OBJ", "(cos\nsystem\nS'touch x'\no.");
        row("STACK_GLOBAL",
            "\x80\x04" + shortText("os") + shortText("system") + "\x93" + shortText("touch x") + "\x85R.");
        row("through the memo", "\x80\x04" + shortText("system") + "\x94" + shortText("os") + "\x94h\x01h\x00\x93"s +
                                    shortText("touch x") + "\x85R.");
        row("texts of protocol 0 with escapes", "V\\u006fs\nS'\\x73\\171stem'\n\x93(S'touch x'\ntR.");
        row("an index with blanks and underscores", "S'os'\np 1_0 \n0g10\nS'system'\n\x93(S'touch x'\ntR.");
        row("NEWOBJ", "\x80\x02"
                      "cos\nsystem\n(S'touch x'\nt\x81.");
        row("NEWOBJ_EX", "\x80\x04"
                         "cos\nsystem\n(S'touch x'\nt}\x92.");
        row("through DUP and POP", "cos\nsystem\n20(S'touch x'\ntR.");
        row("behind a mark that is taken away", "(N1cos\nsystem\n(S'touch x'\ntR.");
    }

    void every_way_to_import_is_named()
    {
        QFETCH(QByteArray, pickle);
        const audit::PickleAudit found = audited(pickle.toStdString());
        QVERIFY2(!found.undecided, found.undecided ? found.undecided->message().c_str() : "");
        QVERIFY(found.isComplete);
        QCOMPARE(found.imports.size(), 1u);
        QCOMPARE(found.imports[0].text(), std::string("os.system"));
        QCOMPARE(found.calls.size(), 1u);
        QCOMPARE(found.calls[0].name, std::string("os.system"));
        QCOMPARE(found.calls[0].arguments, std::vector<std::string>{"'touch x'"});
    }

    void what_python_would_compute_is_not_decided()
    {
        const auto problem = [](const std::string &pickle) {
            const audit::PickleAudit found = audited(pickle);
            return found.undecided ? QString::fromStdString(found.undecided->problem) : QString();
        };
        // The name comes out of a call.
        QVERIFY(problem("S'os'\ncbuiltins\nstr\n(S'system'\ntR\x93.").contains("computes"));
        QVERIFY(problem("S'os'\ncstring\nname\n\x93.").contains("computes")); // or is itself imported
        QVERIFY(problem("S'os'\nPid\n\x93.").contains("computes"));           // or is the program's business
        QVERIFY(problem("U\x01\xe9"
                        "S'x'\n\x93.")
                    .contains("computes")); // or depends on an encoding
        QVERIFY(problem("\x82\x05.").contains("extension 5"));
    }

    void a_pickle_that_breaks_off_is_named_up_to_there()
    {
        const audit::PickleAudit found = audited("cos\nsystem\n(S'touch x'\ntR\xff");
        QVERIFY(found.undecided);
        QVERIFY(!found.isComplete);
        QCOMPARE(found.calls.size(), 1u);
        // Lib/pickle.py cuts the last character of a line that does not end.
        QCOMPARE(audited("cos\nsystemX").imports.front().text(), std::string("os.system"));
    }

    void calls_of_results_are_named_by_how_they_came_about()
    {
        const audit::PickleAudit found = audited("cbuiltins\ngetattr\n(cos\nx\nS'system'\ntR(S'touch x'\ntR.");
        QCOMPARE(found.calls.size(), 2u);
        QCOMPARE(found.calls[1].name, std::string("builtins.getattr(os.x, 'system')"));
    }

    void an_opcode_that_crosses_its_frame_is_read_in_both_ways()
    {
        // The C unpickler drops what is left of the frame, "x", and reads on behind it.
        const std::string pickle = "\x80\x04\x95" + littleEndian(std::uint64_t(4)) + "NcxX" + "os\nsystem\n0.";
        const audit::PickleAudit found = audited(pickle);
        QVERIFY(found.undecided);
        std::vector<std::string> names;
        for (const audit::Import &import : found.imports)
            names.push_back(import.text());
        QCOMPARE(names, (std::vector<std::string>{"xXos.system", "os.system"}));
    }

    void names_in_reach_of_the_limit_are_listed_and_no_more()
    {
        const auto found = [](std::size_t count) {
            std::string pickle;
            for (std::size_t i = 0; i < count; ++i)
                pickle += "ca\nb\n0";
            return audited(pickle + "N.");
        };
        QVERIFY(!found(audit::kMaxCalls).undecided);
        const audit::PickleAudit beyond = found(audit::kMaxCalls + 1);
        QVERIFY(beyond.undecided && beyond.undecided->kind == ErrorKind::Limit);
    }

    void an_argument_is_shown_up_to_its_limit()
    {
        const auto shown = [](std::size_t size) {
            return audited("cos\nsystem\n" + PickleWriter().text(std::string(size, 'x')).body() + "\x85R.")
                .calls[0]
                .arguments[0];
        };
        QCOMPARE(shown(audit::kMaxArgumentBytes - 2).size(), audit::kMaxArgumentBytes); // with its quotes
        QVERIFY(shown(audit::kMaxArgumentBytes - 1).ends_with("…"));
    }

    void every_pickle_of_every_container_is_looked_into_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("container");
        QTest::addColumn<QString>("where");
        const auto row = [](const char *name, const std::string &file, const char *container, const char *where) {
            QTest::newRow(name) << QByteArray(file.data(), qsizetype(file.size())) << container << where;
        };
        const std::string call = calling("os", "system"), none = PickleWriter().raw("}").finished();
        row("a bare pickle", call, "pickle", "pickle 1");
        row("a second bare pickle", none + call, "pickle", "pickle 2");
        row("a second bare pickle that breaks off", none + call.substr(0, call.size() - 1), "pickle", "pickle 2");
        row("data.pkl", torchZip(call, {}).bytes, "torch zip", "archive/data.pkl");
        row("another entry", zipFile({{"archive/data.pkl", none}, {"archive/extra/x.pkl", call}}).bytes, "torch zip",
            "archive/extra/x.pkl");
        row("an entry of another name", zipFile({{"archive/data.pkl", none}, {"archive/data/0", call}}).bytes,
            "torch zip", "archive/data/0");
        row("behind an entry's pickle", zipFile({{"archive/data.pkl", none + call}}).bytes, "torch zip",
            "archive/data.pkl");
        row("a zip archive behind a pickle", none + zipFile({{"data.pkl", call}}).bytes, "zip", "data.pkl");
        row("before a zip archive", call + zipFile({{"a/data.pkl", none}}).bytes, "torch zip", "pickle 1");
        row("in a legacy file", legacyFile(call, {}), "torch legacy", "object");
        row("behind a legacy file", legacyFile(none, {}) + call, "torch legacy", "behind the storages");
        const std::string header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n";
        row("in an array of objects",
            "\x93NUMPY\x01" + std::string(1, '\0') + littleEndian(std::uint16_t(header.size())) + header + call,
            "NumPy array", "the array");
        std::string tar(512, '\0');
        tar.replace(0, 6, "pickle");
        tar.replace(124, 11, "00000000050");
        tar.replace(257, 5, "ustar");
        row("in a tar archive", tar + (call + std::string(512, '\0')).substr(0, 512), "torch tar", "pickle");
    }

    void every_pickle_of_every_container_is_looked_into()
    {
        QFETCH(QByteArray, file);
        QFETCH(QString, container);
        QFETCH(QString, where);
        const std::string bytes = file.toStdString();
        const audit::FileAudit found = auditedFile(bytes);
        QCOMPARE(QString::fromStdString(found.container), container);
        const auto at = std::ranges::find_if(found.calls, [](const auto &call) { return call.name == "os.system"; });
        QVERIFY2(at != found.calls.end(), qPrintable(namesIn(found)));
        QCOMPARE(at->arguments, std::vector<std::string>{"'touch x'"});
        QCOMPARE(QString::fromStdString(at->where), where);
        QCOMPARE(found.verdict, audit::Verdict::RunsCode);
    }

    void a_hidden_entry_is_found()
    {
        ZipFile zip = zipFile({{"archive/data.pkl", PickleWriter().raw("}").finished()}});
        ZipFile hidden = zipFile({{"archive/x.pkl", calling("os", "system")}});
        const std::string entry = hidden.bytes.substr(0, hidden.central[0]);
        zip.bytes.insert(zip.central[0], entry);
        zip.patch(zip.end + entry.size() + 16, std::uint32_t(zip.central[0] + entry.size()));
        const audit::FileAudit found = auditedFile(zip.bytes);
        QVERIFY(hasOddity(found, "has an entry 'archive/x.pkl' that its directory does not have"));
        QCOMPARE(namesIn(found), QString("os.system('touch x')"));
    }

    void oddities_of_an_archive_are_listed()
    {
        const std::string none = PickleWriter().raw("}").finished();
        const auto odd = [&](const char *name) {
            return auditedFile(zipFile({{"a/data.pkl", none}, {name, "x"}}).bytes);
        };
        QVERIFY(
            auditedFile(zipFile({{"a/data.pkl", none}, {"a/data/0", "x"}, {"a/version", "3"}}).bytes).oddities.empty());
        QVERIFY(hasOddity(odd("a/run.py"), "'a/run.py', which torch.save does not write"));
        QVERIFY(hasOddity(odd("a/../../x"), "has '..' in its name"));
        QVERIFY(hasOddity(odd("/etc/x"), "has an absolute name"));
        QVERIFY(hasOddity(odd("a/\xe2\x80\xaegpj"), "steer a terminal"));
        ZipFile zip = zipFile({{"a/data.pkl", none}});
        QVERIFY(hasOddity(auditedFile("before" + zip.bytes), "6 bytes of data stand before the archive"));
        QVERIFY(hasOddity(auditedFile(zip.bytes + "behind"), "6 bytes of data stand behind the archive"));
        zip.patch(zip.central[0] + 38, std::uint32_t(0xa1ff0000));
        QVERIFY(hasOddity(auditedFile(zip.bytes), "is a link"));
    }

    void a_file_of_tensors_alone_is_plain()
    {
        const std::string pickle = dictOf(PickleWriter().tensor("FloatStorage", "0", 1, 0, {1}, {1}));
        const audit::FileAudit found = auditedFile(torchZip(pickle, {{"0", "abcd"}}).bytes);
        QCOMPARE(found.verdict, audit::Verdict::Plain);
        QVERIFY(namesIn(found).contains("torch._utils._rebuild_tensor_v2("));
        QCOMPARE(auditedFile(safetensorsFile("{}", "")).verdict, audit::Verdict::Plain);
    }

    void objects_of_known_libraries_are_unusual_and_others_run_code()
    {
        const auto verdict = [](const std::string &module, const std::string &name) {
            return auditedFile(calling(module, name)).verdict;
        };
        QCOMPARE(verdict("torch.nn.modules.conv", "Conv2d"), audit::Verdict::Unusual);
        QCOMPARE(verdict("argparse", "Namespace"), audit::Verdict::Unusual);
        QCOMPARE(verdict("argparse", "Namespace.__init__"), audit::Verdict::RunsCode);
        QCOMPARE(verdict("torch.storage", "_load_from_bytes"), audit::Verdict::RunsCode); // reads a pickle itself
        QCOMPARE(verdict("my.network", "Net"), audit::Verdict::RunsCode);
    }

    void a_damaged_file_is_not_decided()
    {
        const ZipFile zip = torchZip(calling("os", "system"), {});
        const audit::FileAudit found = auditedFile(zip.bytes.substr(0, zip.bytes.size() - 30));
        QVERIFY(!found.undecided.empty());
        QCOMPARE(namesIn(found), QString("os.system('touch x')"));
        QVERIFY(!auditedFile("hello").undecided.empty());
        QCOMPARE(auditedFile("hello").container, std::string("unknown"));
    }
};

QTEST_GUILESS_MAIN(AuditTest)
#include "audit_test.moc"
