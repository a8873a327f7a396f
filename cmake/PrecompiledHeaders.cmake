# These headers are parsed once instead of in every file. Most of the time of a build from nothing was spent on them.
# Every file still includes what it uses. Folders of a few small files do without.
set(standard <algorithm> <array> <cmath> <cstdint> <cstring> <filesystem> <functional> <limits> <map> <memory> <optional>
    <span> <stop_token> <string> <string_view> <utility> <variant> <vector> <tl/expected.hpp>)
set(qt <QByteArray> <QColor> <QCoreApplication> <QDir> <QFile> <QHash> <QImage> <QList> <QObject> <QPointer> <QString>
    <QStringList> <QThread> <QVariant>)
set(widgets <QtWidgets> <QChart> <QChartView> <QLineSeries> <QLogValueAxis> <QValueAxis>)

reslens_precompiled(NAME core HEADERS ${standard})
reslens_precompiled(NAME vulkan HEADERS ${standard} <vulkan/vulkan_raii.hpp> LINK Vulkan::Vulkan)
reslens_precompiled(NAME core_with_qt HEADERS ${standard} <QByteArray> <QFile> <QString> <QStringList> LINK Qt6::Core)
reslens_precompiled(NAME qt HEADERS ${standard} ${qt} LINK Qt6::Core Qt6::Gui)
reslens_precompiled(NAME command_line HEADERS ${standard} <QCoreApplication> <QImage> <QString> <nlohmann/json.hpp>
    LINK Qt6::Core Qt6::Gui)
reslens_precompiled(NAME widgets HEADERS ${standard} ${widgets} LINK Qt6::Charts Qt6::Widgets)
if(RESLENS_TESTS)
    # Qt tells every test its folders by macros that <QTest> looks at, so that no two tests could share the parsed header.
    # They serve QFINDTESTDATA alone, which nothing here uses.
    get_target_property(definitions Qt6::Test INTERFACE_COMPILE_DEFINITIONS)
    list(FILTER definitions EXCLUDE REGEX QT_TESTCASE)
    set_target_properties(Qt6::Test PROPERTIES INTERFACE_COMPILE_DEFINITIONS "${definitions}")
    reslens_precompiled(NAME test HEADERS ${standard} <QTest> <vulkan/vulkan_raii.hpp>
        LINK Qt6::Test Vulkan::Vulkan)
    reslens_precompiled(NAME test_gui HEADERS ${standard} ${qt} <QSignalSpy> <QTest> LINK Qt6::Test Qt6::Gui)
    # Without <QTest>, which looks at whether Qt Network is there: windows have it, by Qt Multimedia, and widgets do not.
    reslens_precompiled(NAME test_widgets HEADERS ${standard} ${widgets} LINK Qt6::Core Qt6::Charts Qt6::Widgets)
endif()
