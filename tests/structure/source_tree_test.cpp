// The architecture as a test: the folders' dependencies, and the lengths and names of files. docs/architecture.md says
// why.
#include <QDir>
#include <QDirIterator>
#include <QMap>
#include <QRegularExpression>
#include <QTest>

namespace {

constexpr int kLongestFile = 500; // lines

/// The project folders that each folder may include, besides itself.
const QMap<QString, QStringList> kMayInclude{
    {"core/error", {}},
    {"core/jobs", {}},
    {"core/tensor", {"error"}},
    {"core/nn", {"tensor", "error"}},
    {"core/reference", {"nn", "tensor", "error"}},
    {"core/vulkan", {"jobs", "error"}},
    {"core/engine", {"vulkan", "shaders", "nn", "tensor", "jobs", "error"}},
    {"core/analysis", {"nn", "tensor", "error"}},
    {"core/study", {"analysis", "zoo", "nn", "tensor", "error"}},
    {"core/selftest", {"nn", "tensor", "error"}},
    {"core/weights", {"nn", "tensor", "error"}},
    {"core/audit", {"weights", "nn", "tensor", "error"}},
    {"core/image", {"nn", "tensor", "error"}},
    {"core/zoo", {"weights", "image", "nn", "tensor", "error"}},
    {"app/session",
     {"study", "analysis", "selftest", "weights", "image", "zoo", "engine", "reference", "nn", "tensor", "error"}},
    {"app/models", {"study", "analysis", "nn", "tensor", "error"}},
    {"app/widgets", {"models", "study", "analysis", "image", "nn", "tensor", "error"}},
    {"app/pages", {"widgets", "models", "session", "study", "analysis", "image", "nn", "tensor", "error"}},
    {"app/gui",
     {"pages", "widgets", "models", "session", "study", "analysis", "weights", "audit", "image", "zoo", "nn", "tensor",
      "error"}},
    {"app/cli",
     {"session", "study", "analysis", "selftest", "weights", "audit", "image", "zoo", "engine", "nn", "tensor", "jobs",
      "error"}},
};

/// The folders of core that may use Qt at all: decoding pictures, and embedded resources.
const QStringList kMayUseQt{"core/image", "core/zoo"};
const QStringList kMayUseVulkan{"core/vulkan", "core/engine"};

QDir sourceTree()
{
    return QDir(RESLENS_SOURCE_DIR);
}

/// Returns the paths of all C++ and shader files in `folders`, relative to the source tree.
QStringList sources(const QStringList &folders)
{
    QStringList paths;
    for (const QString &folder : folders) {
        QDirIterator files(sourceTree().filePath(folder), {"*.h", "*.cpp", "*.comp", "*.glsl", "*.vert", "*.frag"},
                           QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext())
            paths << sourceTree().relativeFilePath(files.next());
    }
    paths.sort();
    return paths;
}

QStringList linesOf(const QString &path)
{
    QFile file(sourceTree().filePath(path));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QString::fromUtf8(file.readAll()).split(u'\n');
}

/// Returns "core/nn" for "core/nn/network.cpp".
QString layerOf(const QString &path)
{
    return path.section(u'/', 0, 1);
}

struct Include {
    QString target; // "nn/network.h", "QImage", "vulkan/vulkan_raii.hpp"
    bool isOurs;    // included in quotes
};

QList<Include> includesOf(const QString &path)
{
    static const QRegularExpression pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    QList<Include> includes;
    for (const QString &line : linesOf(path))
        if (const auto match = pattern.match(line); match.hasMatch())
            includes << Include{match.captured(2), match.captured(1) == "\""};
    return includes;
}

} // namespace

class SourceTreeTest : public QObject {
    Q_OBJECT

private slots:
    void no_source_file_is_longer_than_500_lines()
    {
        const QStringList paths = sources({"app", "core", "shaders", "tests"});
        QVERIFY(paths.size() > 20);
        QStringList tooLong;
        for (const QString &path : paths)
            if (const auto lines = linesOf(path).size(); lines > kLongestFile)
                tooLong << QStringLiteral("%1: %2 lines").arg(path).arg(lines);
        QVERIFY2(tooLong.isEmpty(), qPrintable(tooLong.join("; ")));
    }

    void every_folder_with_code_has_its_place_in_the_layers()
    {
        QStringList unknown;
        for (const QString &path : sources({"app", "core"}))
            if (!kMayInclude.contains(layerOf(path)))
                unknown << path;
        QVERIFY2(unknown.isEmpty(), qPrintable(unknown.join("; ")));
    }

    void includes_go_from_the_app_to_the_core_and_from_layers_to_those_below()
    {
        QStringList wrong;
        for (const QString &path : sources({"app", "core"})) {
            const QString layer = layerOf(path);
            const QStringList allowed = kMayInclude[layer] + QStringList{layer.section(u'/', 1)};
            for (const Include &include : includesOf(path))
                if (include.isOurs && include.target.contains(u'/') &&
                    !allowed.contains(include.target.section(u'/', 0, 0)))
                    wrong << path + " includes " + include.target;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("; ")));
    }

    void no_cpp_file_is_included()
    {
        QStringList wrong;
        for (const QString &path : sources({"app", "core", "tests"}))
            for (const Include &include : includesOf(path))
                if (include.target.endsWith(".cpp"))
                    wrong << path + " includes " + include.target;
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("; ")));
    }

    void the_core_is_free_of_qt_but_for_pictures_and_resources()
    {
        static const QRegularExpression qt("^Q[A-Z]|^Qt");
        QStringList wrong;
        for (const QString &path : sources({"core"}))
            for (const Include &include : includesOf(path))
                if (!include.isOurs && include.target.contains(qt) && !kMayUseQt.contains(layerOf(path)))
                    wrong << path + " includes " + include.target;
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("; ")));
    }

    void vulkan_is_spoken_in_the_engine_and_below_only()
    {
        QStringList wrong;
        for (const QString &path : sources({"app", "core"}))
            for (const Include &include : includesOf(path))
                if (!include.isOurs && include.target.startsWith("vulkan/") && !kMayUseVulkan.contains(layerOf(path)))
                    wrong << path + " includes " + include.target;
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("; ")));
    }

    void names_say_what_is_inside()
    {
        static const QRegularExpression empty("(^|[/_])(utils?|helpers?|misc|common|manager)([/_.]|$)",
                                              QRegularExpression::CaseInsensitiveOption);
        static const QRegularExpression snakeCase("^[a-z0-9_]+\\.[a-z]+$");
        QStringList wrong;
        for (const QString &path : sources({"app", "core", "shaders", "tests"}))
            if (path.contains(empty) || !path.section(u'/', -1).contains(snakeCase))
                wrong << path;
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("; ")));
    }
};

QTEST_GUILESS_MAIN(SourceTreeTest)
#include "source_tree_test.moc"
